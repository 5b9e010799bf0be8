using System.Text;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;

namespace Connectify.Tests.Realtime;

/// <summary>
/// One reader with an inbox that comes and goes, in two chats on two nodes, where anything happens: one random step at a
/// time, beside a model of what is unread. Each person is given once for each node.
/// </summary>
internal sealed class UnreadWalk(int seed, User[] ann, User[] bo, User[] cy, string group, string conversation)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Random _random = new(seed);
    private readonly StringBuilder _story = new();
    private readonly Dictionary<string, List<Message>> _messages = new() { [group] = [], [conversation] = [] };

    // What the client knows: from REST once, from frames after that, across its sockets.
    private readonly Dictionary<string, long> _known = [];
    private readonly Dictionary<string, long> _since = [];
    private bool _isMember = true;
    private PlainSocket? _inbox;

    /// <summary>The steps so far.</summary>
    public string Story => _story.ToString();

    public Task Step()
    {
        var path = _random.Next(3) == 0 ? conversation : group;
        return _random.Next(14) switch
        {
            0 or 1 or 2 or 3 => Send(path, 1),
            4 => Send(path, 3),
            5 or 6 => Read(path, all: false),
            7 => Read(path, all: true),
            8 => Delete(path),
            9 or 10 => _isMember ? Remove() : Add(),
            11 => Add(),
            _ => _inbox is null ? Open() : Close(),
        };
    }

    /// <summary>Returns when the list, the chat itself and the last frame say what the model says.</summary>
    public async Task Agrees()
    {
        var reader = At(bo);
        foreach (var path in Mine())
        {
            var (kind, unread) = (path[..path.IndexOf('/', StringComparison.Ordinal)], Unread(path));
            var list = await reader.Get($"/api/messaging/{kind}/").Ok();
            list.EnumerateArray().Single(chat => chat.Id() == ChatSteps.ChatId(path)).Number("unread_count").Should().Be(unread, Story);
            (await reader.Get($"/api/messaging/{path}").Ok()).Number("unread_count").Should().Be(unread, Story);
        }

        if (_inbox is null) return;
        using var patience = new CancellationTokenSource(Timeout);
        while (true)
        {
            foreach (var frame in await _inbox.HearsUntilNow()) Hear(frame);
            if (_known.Count == Mine().Count() && Mine().All(path => _known[path] == Unread(path))) return;
            patience.IsCancellationRequested.Should().BeFalse("the last frames said {0} instead of {1}:\n{2}", Text(_known), Text(Mine().ToDictionary(path => path, Unread)), Story);
            await Task.Delay(5);
        }
    }

    private async Task Send(string path, int count)
    {
        User[][] senders = path == conversation ? [ann, bo] : _isMember ? [ann, cy, bo] : [ann, cy];
        var sent = await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            var sender = At(senders[_random.Next(senders.Length)]);
            return new Message((await sender.Says(path, "hi")).Id(), sender.Id, path == conversation || _isMember);
        }));
        _messages[path].AddRange(sent);
        Tell($"sent in {path}: {string.Join(", ", sent.Select(message => $"{message.Id} by {message.Sender}"))}");
    }

    private async Task Read(string path, bool all)
    {
        var unread = _messages[path].Where(IsUnread).ToArray();
        if (unread.Length == 0 || !Mine().Contains(path)) return;
        var read = all ? unread : [unread[_random.Next(unread.Length)]];
        await At(bo).Post($"/api/messaging/{path}read/", new { message_ids = read.Select(message => message.Id) }).Ok();
        foreach (var message in read) message.IsOld = true;
        Tell($"read in {path}: {string.Join(", ", read.Select(message => message.Id))}");
    }

    private async Task Delete(string path)
    {
        var own = _messages[path].Where(message => message.Sender == ann[0].Id).ToArray();
        if (own.Length == 0) return;
        var message = own[_random.Next(own.Length)];
        await At(ann).Delete($"/api/messaging/messages/{message.Id}/").NoContent();
        _messages[path].Remove(message);
        Tell($"deleted {message.Id}");
    }

    private async Task Remove()
    {
        await At(ann).Post($"/api/messaging/{group}remove_member/", new { member_id = bo[0].Id }).Ok();
        _isMember = false;
        Tell("removed");
        if (_inbox is null) _known.Remove(group);
    }

    // Now and then without a removal before it, which changes nothing; now and then both so fast that a node hears of them late.
    private async Task Add()
    {
        if (_random.Next(2) == 0 && _isMember) await Remove();
        await At(ann).Post($"/api/messaging/{group}add_members/", new { member_ids = new[] { bo[0].Id } }).Ok();
        if (!_isMember) _messages[group].ForEach(message => message.IsOld = true);
        _isMember = true;
        Tell("added");
        if (_random.Next(2) == 0) await Send(group, 1);
    }

    private async Task Open()
    {
        var (node, resumes) = (_random.Next(2), _random.Next(3) > 0);
        _inbox = await bo[node].Listen("");
        Tell($"opened at node {node}{(resumes ? ", resuming" : "")}");
        var resumed = resumes ? Mine().Where(path => _known.ContainsKey(path) && _since.ContainsKey(path)).ToArray() : [];
        foreach (var path in Mine().Except(resumed)) _known[path] = (await bo[node].Get($"/api/messaging/{path}").Ok()).Number("unread_count");
        if (resumed.Length > 0) await _inbox.Send(new { type = Frames.Resume, chats = resumed.Select(Position) });
    }

    private async Task Close()
    {
        foreach (var node in bo) await node.HangUp();
        _inbox = null;
        Tell("closed");
    }

    private Dictionary<string, object> Position(string path)
        => new() { [path == group ? "group_chat_id" : "conversation_id"] = ChatSteps.ChatId(path), ["since"] = _since[path] };

    private void Hear(Frame frame)
    {
        var path = frame.Body.Has("group_chat_id") ? group : conversation;
        if (frame.Body.Has("seq")) _since[path] = Math.Max(_since.GetValueOrDefault(path), frame.Body.Number("seq"));
        if (frame.Type == Frames.ChatAdded) _known[path] = 0;
        if (frame.Type == Frames.ChatRemoved) _known.Remove(path);
        if (frame.Type != Frames.Unread) return;
        _known[path] = frame.Body.Number("unread_count");
        Tell($"heard {_known[path]} in {path}");
    }

    private IEnumerable<string> Mine() => _isMember ? [group, conversation] : [conversation];

    private long Unread(string path) => _messages[path].Count(IsUnread);

    private bool IsUnread(Message message) => message is { IsOld: false, IsHis: true } && message.Sender != bo[0].Id;

    private User At(User[] nodes) => nodes[_random.Next(nodes.Length)];

    private void Tell(string what) => _story.AppendLine(what);

    private static string Text(Dictionary<string, long> counts) => string.Join(", ", counts.OrderBy(count => count.Key).Select(count => $"{count.Key} {count.Value}"));

    /// <param name="id">The message.</param>
    /// <param name="sender">Whose it is.</param>
    /// <param name="isHis">Whether the reader was in the chat when it was sent.</param>
    private sealed class Message(long id, long sender, bool isHis)
    {
        public long Id => id;

        public long Sender => sender;

        public bool IsHis => isHis;

        /// <summary>Read, or from before the reader came in.</summary>
        public bool IsOld { get; set; }
    }
}
