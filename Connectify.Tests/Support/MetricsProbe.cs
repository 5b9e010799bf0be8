using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Connectify.Server.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Connectify.Tests.Support;

/// <summary>What one server's own instruments measure from now on.</summary>
internal sealed class MetricsProbe : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _sums = new();
    private readonly ConcurrentDictionary<string, double> _standing = new();

    public MetricsProbe(TestServer server)
    {
        // A meter's scope is the factory that made it: other servers of this process have others.
        var scope = server.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Metrics.Name && instrument.Meter.Scope == scope) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The sum of what was measured under a name (with a tag's value: <c>connectify.connections.aborted/stalled</c>).</summary>
    public double Sum(string name) => _sums.GetValueOrDefault(name);

    /// <summary>What an observed instrument says now.</summary>
    public double Now(string name)
    {
        _standing.Clear();
        _listener.RecordObservableInstruments();
        return _standing.TryGetValue(name, out var value) ? value : double.NaN;
    }

    /// <summary>Waits until an observed instrument says something that is awaited.</summary>
    public async Task Until(string name, Predicate<double> isAwaited)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isAwaited(Now(name))) await Task.Delay(20, patience.Token);
    }

    /// <summary>Waits until a sum is one that is awaited.</summary>
    public async Task UntilSum(string name, Predicate<double> isAwaited)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isAwaited(Sum(name))) await Task.Delay(20, patience.Token);
    }

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = tags.Length == 0 ? instrument.Name : $"{instrument.Name}/{tags[0].Value}";
        if (instrument.IsObservable) _standing[name] = value;
        else _sums.AddOrUpdate(name, value, (_, sum) => sum + value);
    }
}
