using System.Text.Json;

namespace Connectify.Tests.Support;

/// <summary>A frame heard: its name, and its payload.</summary>
public sealed record Frame(string Type, JsonElement Body)
{
    public override string ToString() => $"{Type} {(Body.ValueKind == JsonValueKind.Undefined ? "" : Body)}";
}

/// <summary>
/// What a connection has heard and the test has not yet asked for, in order. A frame that was asked for
/// is gone; those passed over stay, so that a later question still finds them.
/// </summary>
public sealed class Inbox
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly object _turn = new();
    private readonly List<Frame> _unheard = [];
    private TaskCompletionSource _news = NewSignal();
    private string? _ended;

    public void Add(Frame frame) => Change(() => _unheard.Add(frame));

    /// <summary>No more will come; a wait under way fails at once, with the reason.</summary>
    public void End(string reason) => Change(() => _ended ??= reason);

    /// <summary>The first unheard frame that matches, waiting for it if need be.</summary>
    /// <exception cref="TimeoutException">None came in time, or the connection ended.</exception>
    public async Task<Frame> Take(Predicate<Frame> wanted, string description)
    {
        using var patience = new CancellationTokenSource(Timeout);
        while (true)
        {
            Task news;
            lock (_turn)
            {
                var at = _unheard.FindIndex(wanted);
                if (at >= 0)
                {
                    var frame = _unheard[at];
                    _unheard.RemoveAt(at);
                    return frame;
                }

                if (_ended is not null) throw Missing(description, _ended);
                news = _news.Task;
            }

            // The bound is for a broken server, not a measure of a good one.
            await Task.WhenAny(news, Task.Delay(System.Threading.Timeout.Infinite, patience.Token));
            if (patience.IsCancellationRequested) throw Missing(description, $"waited {Timeout.TotalSeconds:0} s");
        }
    }

    /// <summary>Takes everything that is there, in order.</summary>
    public List<Frame> TakeAll()
    {
        lock (_turn)
        {
            List<Frame> all = [.. _unheard];
            _unheard.Clear();
            return all;
        }
    }

    private TimeoutException Missing(string description, string why)
        => new($"Never heard {description} ({why}). Unheard so far: [{string.Join("; ", _unheard)}]");

    private void Change(Action change)
    {
        lock (_turn)
        {
            change();
            _news.TrySetResult();
            _news = NewSignal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
