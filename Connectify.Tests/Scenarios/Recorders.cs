using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Connectify.Protocol;
using Connectify.Tests.Support;

namespace Connectify.Tests.Scenarios;

/// <summary>A plain socket bound to one chat.</summary>
internal sealed class ChatRecorder : Recorder
{
    private readonly History _history;

    public ChatRecorder(Member member, Chat chat, Cluster cluster, RunCounters counters, Random random)
        : base(member, $"socket of {chat.Path}", cluster, counters, random)
        => (Chat, _history) = (chat, new History(Name, member.Id, chat.Id));

    public Chat Chat { get; }

    public override IReadOnlyCollection<History> Histories => [_history];

    // Closed with 4004 is closed for good; the person comes again when he is asked back.
    protected override bool MayConnect => Chat.Has(Member.Id);

    protected override string Address()
    {
        _history.Add(new Asked(Clock.Now, _history.Position));
        return $"/ws/messaging/{Chat.Path}?token={Member.Token}&since={_history.Position}";
    }

    public override Task Send(Chat to, string content, string? clientMessageId)
        => Line?.Send(Frame(new { type = Frames.Message, content, client_message_id = clientMessageId })) ?? Task.CompletedTask;

    protected override Task Ping() => Line?.Send(Frame(new { type = Frames.Ping })) ?? Task.CompletedTask;

    protected override void Receive(string text)
    {
        var frame = JsonElement.Parse(text);
        var type = frame.Text("type");
        if (type == Frames.Hello) Begin(_history, Chat, frame.Number("seq"), frame.Flag("resumed"));
        else if (type == Frames.Error) Member.HearsError(frame);
        else Write(_history, type, frame);
    }

    private static string Frame(object frame) => JsonReading.Json(frame).GetRawText();
}

/// <summary>A connection that carries several chats, and follows each on its own.</summary>
internal abstract class ManyChatsRecorder : Recorder
{
    private const int Timeout = 3000;

    private readonly Dictionary<long, Stream> _streams;

    protected ManyChatsRecorder(Member member, string kind, Cluster cluster, RunCounters counters, Random random)
        : base(member, kind, cluster, counters, random)
        => _streams = member.Chats.ToDictionary(chat => chat.Id, chat => new Stream(chat, new History(Name, member.Id, chat.Id)));

    public override IReadOnlyCollection<History> Histories => [.. _streams.Values.Select(stream => stream.History)];

    protected enum Following
    {
        Not,
        Asked,
        Yes,
    }

    protected IEnumerable<Stream> Streams => _streams.Values;

    protected Stream? Of(JsonElement frame)
        => frame.Has("conversation_id") && !frame.IsNull("conversation_id") ? _streams.GetValueOrDefault(frame.Number("conversation_id"))
            : frame.Has("group_chat_id") && !frame.IsNull("group_chat_id") ? _streams.GetValueOrDefault(frame.Number("group_chat_id"))
            : null;

    protected abstract Task Ask(IReadOnlyList<Stream> streams);

    protected Task AskForAll()
    {
        foreach (var stream in _streams.Values) stream.State = Following.Not;
        return Ask([.. _streams.Values]);
    }

    // A failure names no chat: what isn't answered in time is asked for on a new connection.
    protected override Task SeeTo()
    {
        if (_streams.Values.Any(stream => stream.State == Following.Asked && Environment.TickCount64 - stream.AskedAt > Timeout && stream.Chat.Has(Member.Id))) Cut();
        return Task.CompletedTask;
    }

    protected void Take(string type, JsonElement frame)
    {
        if (Of(frame) is not { } stream) return;

        // What comes before the answer comes again after it.
        if (type == Frames.ChatRemoved) stream.State = Following.Not;
        else if (stream.State != Following.Asked) Write(stream.History, type, frame);
    }

    /// <summary>One chat on this connection.</summary>
    protected sealed class Stream(Chat chat, History history)
    {
        public Chat Chat => chat;

        public History History => history;

        public Following State { get; set; }

        public long AskedAt { get; private set; }

        /// <summary>Notes that the chat is asked for.</summary>
        /// <returns>The last change that is known of it.</returns>
        public long Asks()
        {
            (State, AskedAt) = (Following.Asked, Environment.TickCount64);
            history.Add(new Asked(Clock.Now, history.Position));
            return history.Position;
        }
    }

    protected void Answer(Stream stream, JsonElement answer)
    {
        stream.State = Following.Yes;
        Begin(stream.History, stream.Chat, answer.Number("seq"), answer.Flag("resumed"));
    }
}

/// <summary>The plain socket for all chats.</summary>
internal sealed class InboxRecorder(Member member, Cluster cluster, RunCounters counters, Random random)
    : ManyChatsRecorder(member, "inbox", cluster, counters, random)
{
    protected override string Address() => $"/ws/messaging/?token={Member.Token}";

    public override Task Send(Chat chat, string content, string? clientMessageId)
        => Say(chat, new { type = Frames.Message, content, client_message_id = clientMessageId });

    protected override Task Ping() => Line?.Send("""{"type":"ping"}""") ?? Task.CompletedTask;

    protected override Task Ask(IReadOnlyList<Stream> streams)
    {
        var chats = string.Join(',', streams.Select(stream => $$"""{"{{stream.Chat.IdName}}":{{stream.Chat.Id}},"since":{{stream.Asks()}}}"""));
        return Line?.Send($$"""{"type":"resume","chats":[{{chats}}]}""") ?? Task.CompletedTask;
    }

    protected override void Receive(string text)
    {
        var frame = JsonElement.Parse(text);
        switch (frame.Text("type"))
        {
            case Frames.Hello:
                _ = AskForAll();
                break;
            case Frames.Resumed when Of(frame) is { State: Following.Asked } stream:
                Answer(stream, frame);
                break;
            case Frames.ChatAdded when Of(frame) is { State: Following.Not } stream:
                stream.State = Following.Yes;
                stream.History.Add(new CameBack(Clock.Now, frame.Number("seq")));
                break;
            case Frames.Error:
                Member.HearsError(frame);
                break;
            case var type:
                Take(type, frame);
                break;
        }
    }

    private Task Say(Chat chat, object frame)
    {
        var text = JsonReading.Json(frame).GetRawText();
        return Line?.Send($$"""{"{{chat.IdName}}":{{chat.Id}},{{text[1..]}}""") ?? Task.CompletedTask;
    }
}

/// <summary>A SignalR client, down to its records, so that it can be cut at any moment.</summary>
internal sealed class HubRecorder(Member member, Cluster cluster, RunCounters counters, Random random)
    : ManyChatsRecorder(member, "hub", cluster, counters, random)
{
    private const char End = '\u001e';

    private readonly ConcurrentDictionary<string, Action<JsonElement>> _calls = new();
    private long _number;

    protected override string Address() => $"/hubs/chat?access_token={Member.Token}";

    public override Task Send(Chat chat, string content, string? clientMessageId)
        => Call("SendMessage", chat, new { content, client_message_id = clientMessageId }, completion =>
        {
            if (completion.Has("error")) Member.HearsRefusal(content, completion.Text("error"));
            else if (completion.Has("result") && !completion.IsNull("result")) Member.Hears(completion.Part("result"));
        });

    protected override async Task Greet()
    {
        await Say("""{"protocol":"json","version":1}""");
        await AskForAll();
    }

    protected override Task Ping() => Call("Ping", null, null, _ => { });

    protected override async Task Ask(IReadOnlyList<Stream> streams)
    {
        foreach (var stream in streams)
        {
            var since = stream.Asks();
            var askedAt = stream.AskedAt;
            await Call("Join", stream.Chat, new { since }, completion =>
            {
                // Turned out and asked anew meanwhile: the later answer counts.
                if (stream.State != Following.Asked || stream.AskedAt != askedAt) return;
                if (completion.Has("error")) stream.State = Following.Not;
                else Answer(stream, completion.Part("result"));
            });
        }
    }

    // It isn't told when its user comes back into a chat: the person joins again.
    protected override async Task SeeTo()
    {
        await base.SeeTo();
        await Ask([.. Streams.Where(stream => stream.State == Following.Not && stream.Chat.Has(Member.Id))]);
    }

    protected override void Receive(string text)
    {
        foreach (var record in text.Split(End, StringSplitOptions.RemoveEmptyEntries))
        {
            var message = JsonElement.Parse(record);
            if (!message.Has("type")) continue;
            var type = message.Number("type");
            if (type == 1) Take(message.Text("target"), message.Items("arguments")[0]);
            else if (type == 3 && _calls.TryRemove(message.Text("invocationId"), out var answered)) answered(message);
        }
    }

    private Task Call(string method, Chat? chat, object? argument, Action<JsonElement> answered)
    {
        var id = Interlocked.Increment(ref _number).ToString(CultureInfo.InvariantCulture);
        _calls[id] = answered;
        var body = argument is null ? "" : JsonReading.Json(argument).GetRawText()[1..];
        var arguments = chat is null ? "" : $$"""{"{{chat.IdName}}":{{chat.Id}},{{body}}""";
        return Say($$"""{"type":1,"invocationId":"{{id}}","target":"{{method}}","arguments":[{{arguments}}]}""");
    }

    private Task Say(string record) => Line?.Send(record + End) ?? Task.CompletedTask;
}
