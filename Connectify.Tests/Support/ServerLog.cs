using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Connectify.Tests.Support;

/// <summary>What a server logged at warning or above, so that a test sees a failure which no client was told of.</summary>
public sealed class ServerLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = new();

    /// <summary>Everything from warnings on, oldest first.</summary>
    public IReadOnlyList<string> Warnings => [.. _entries.Select(entry => entry.Text)];

    /// <summary>Only what is a fault of the server: unhandled exceptions and the like.</summary>
    public IReadOnlyList<string> Errors => [.. _entries.Where(entry => entry.Level >= LogLevel.Error).Select(entry => entry.Text)];

    /// <summary>For a test that provokes errors on purpose.</summary>
    public void Forget() => _entries.Clear();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(ServerLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) log._entries.Enqueue((logLevel, $"{logLevel} {category}: {formatter(state, exception)}\n{exception}"));
        }
    }
}
