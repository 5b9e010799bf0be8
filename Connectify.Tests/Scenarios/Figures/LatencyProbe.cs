using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Connectify.Tests.Scenarios.Figures;

/// <summary>How long a stamped message took from the moment it was to be sent; the moment in <see cref="Stopwatch"/>'s ticks.</summary>
internal readonly record struct Delay(long SentAt, double Milliseconds);

/// <summary>A plain socket at one node that measures when it hears what, and when it is closed.</summary>
internal sealed class LatencyProbe : IAsyncDisposable
{
    private const string Stamp = "\"content\":\"@";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly ScenarioSocket _socket;
    private readonly TaskCompletionSource _hello = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _pong = new();
    private TaskCompletionSource _error = new();

    private LatencyProbe(ScenarioSocket socket)
    {
        _socket = socket;
        Closed = Listen();
    }

    /// <summary>With which code and when it ended, in <see cref="Stopwatch"/>'s ticks.</summary>
    public Task<(int Code, long At)> Closed { get; }

    public ConcurrentQueue<Delay> Delays { get; } = new();

    /// <summary>Such a content, sent at such a time.</summary>
    public static string Stamped(long at, int length = 0) => string.Create(CultureInfo.InvariantCulture, $"@{at}@{new string('x', length)}");

    public static async Task<LatencyProbe> Open(Node node, Member member, Chat chat)
    {
        var socket = await Scenarios.ScenarioSocket.Open(new Uri($"ws://{node.Url.Authority}/ws/messaging/{chat.Path}?token={member.Token}"))
            ?? throw new InvalidOperationException($"{node.Name} let nobody in.");
        var probe = new LatencyProbe(socket);
        await probe._hello.Task.WaitAsync(Timeout);
        return probe;
    }

    /// <returns>How long the pong took, in milliseconds.</returns>
    public Task<double> Ping() => Time(_pong = new(TaskCreationOptions.RunContinuationsAsynchronously), """{"type":"ping"}""");

    /// <summary>Sends a message that can't be stored.</summary>
    /// <returns>How long the error frame took, in milliseconds.</returns>
    public Task<double> SendInVain() => Time(_error = new(TaskCreationOptions.RunContinuationsAsynchronously), """{"type":"message","content":"in vain"}""");

    public async ValueTask DisposeAsync()
    {
        _socket.Cut();
        await Closed;
        _socket.Dispose();
    }

    private async Task<double> Time(TaskCompletionSource answer, string text)
    {
        var clock = Stopwatch.StartNew();
        await _socket.Send(text);
        await answer.Task.WaitAsync(Timeout);
        return clock.Elapsed.TotalMilliseconds;
    }

    private async Task<(int Code, long At)> Listen()
    {
        var code = await _socket.Listen(Receive);
        return (code, Stopwatch.GetTimestamp());
    }

    // Without parsing: a thousand of these share a machine with what they measure.
    private void Receive(string text)
    {
        var now = Stopwatch.GetTimestamp();
        var at = text.IndexOf(Stamp, StringComparison.Ordinal);
        if (at >= 0)
        {
            at += Stamp.Length;
            var sentAt = long.Parse(text.AsSpan(at, text.IndexOf('@', at) - at), CultureInfo.InvariantCulture);
            Delays.Enqueue(new Delay(sentAt, Stopwatch.GetElapsedTime(sentAt, now).TotalMilliseconds));
        }
        else if (Is("hello")) _hello.TrySetResult();
        else if (Is("pong")) _pong.TrySetResult();
        else if (Is("error")) _error.TrySetResult();

        bool Is(string type) => text.StartsWith($"{{\"type\":\"{type}\"", StringComparison.Ordinal);
    }
}
