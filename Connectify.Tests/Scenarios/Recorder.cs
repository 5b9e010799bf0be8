using System.Text.Json;
using Connectify.Protocol;
using Connectify.Tests.Support;

namespace Connectify.Tests.Scenarios;

/// <summary>
/// One device of somebody: connects to any node, comes back when it is cut off, says where it stands, and
/// writes down every frame of a durable change. The kinds of connection differ in how they ask.
/// </summary>
internal abstract class Recorder(Member member, string kind, Cluster cluster, RunCounters counters, Random random) : IAsyncDisposable
{
    private const int SilentBeforePing = 1000;
    private const int SilentBeforeCut = 5000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    private static readonly HashSet<string> Durable =
        [Frames.Message, Frames.MessageUpdated, Frames.MessageDeleted, Frames.ReactionAdded, Frames.ReactionRemoved];

    private readonly CancellationTokenSource _end = new();
    private Task _running = Task.CompletedTask;
    private volatile ScenarioSocket? _socket;

    public string Name { get; } = $"{member.Name}'s {kind}";

    public Member Member => member;

    public abstract IReadOnlyCollection<History> Histories { get; }

    protected ScenarioSocket? Line => _socket;

    protected RunCounters Tally => counters;

    public void Start() => _running = Run();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Cut();
        await _running;
        _end.Dispose();
    }

    /// <summary>Cuts its connection; it comes back by itself.</summary>
    public void Cut() => _socket?.Cut();

    /// <summary>Sends a message if there is a connection; who awaits the answer finds it at <see cref="Member.Awaited"/>.</summary>
    public abstract Task Send(Chat chat, string content, string? clientMessageId);

    /// <summary>Whether it makes sense to connect now.</summary>
    protected virtual bool MayConnect => true;

    /// <returns>The path and query to connect to now.</returns>
    protected abstract string Address();

    /// <summary>The first words on a new connection.</summary>
    protected virtual Task Greet() => Task.CompletedTask;

    /// <summary>From time to time: sees to what is still owed.</summary>
    protected virtual Task SeeTo() => Task.CompletedTask;

    protected abstract Task Ping();

    protected abstract void Receive(string text);

    /// <summary>Writes down what a frame tells of a durable change, and tells a sender that his message is there.</summary>
    protected void Write(History history, string type, JsonElement frame)
    {
        if (!Durable.Contains(type)) return;
        if (type == Frames.Message) member.Hears(frame.Part("message"));

        // The answer to a repeated send stands outside of the stream.
        if (!frame.Has("seq")) return;
        var message = frame.Has("message") ? frame.Part("message") : default;
        var id = frame.Has("message") ? message.Id() : frame.Number("message_id");
        counters.Delivered();
        history.Add(new Told(Clock.Now, type, frame.Number("seq"), id, frame.Has("message") ? message.Text("content") : null));
    }

    /// <summary>Writes down where the server lets the stream begin, and fetches what it doesn't replay.</summary>
    protected void Begin(History history, Chat chat, long seq, bool isResumed)
    {
        var known = history.LastMessageId;
        history.Add(new Answered(Clock.Now, seq, isResumed));
        counters.Resumed(isResumed);
        if (!isResumed) member.Owed(() => Fetch(history, chat, known, seq));
    }

    private async Task Fetch(History history, Chat chat, long known, long answered)
    {
        var seqs = await member.Fetch(chat, known);
        history.Add(new Fetched(Clock.Now, answered, seqs));
    }

    private async Task Run()
    {
        while (!_end.IsCancellationRequested)
        {
            if (MayConnect) await Connect();
            await Task.Delay(random.Next(50, 300), CancellationToken.None);
        }
    }

    private async Task Connect()
    {
        var node = cluster.Nodes[random.Next(cluster.Nodes.Count)];
        using var socket = await ScenarioSocket.Open(new Uri($"ws://{node.Url.Authority}{Address()}"));
        if (socket is null) return;
        _socket = socket;
        if (_end.IsCancellationRequested) socket.Cut();
        var listening = socket.Listen(Receive);
        await Greet();
        await WatchOver(socket, listening);
        _socket = null;
        counters.Closed(await listening);
    }

    private async Task WatchOver(ScenarioSocket socket, Task listening)
    {
        while (await Task.WhenAny(listening, Task.Delay(Tick)) != listening)
        {
            var silentFor = Environment.TickCount64 - socket.LastHeard;
            if (silentFor > SilentBeforeCut) socket.Cut();
            else if (silentFor > SilentBeforePing) await Ping();
            await SeeTo();
        }
    }
}
