using System.Collections.Concurrent;
using System.Globalization;
using Connectify.Tests.Support;

namespace Connectify.Tests.Scenarios;

/// <summary>Has everybody send, in all the ways there are, edit, delete and react, and writes down how each was answered.</summary>
internal sealed class TrafficGenerator(ScenarioUsers users, RunCounters counters, double sendsPerSecond, Random random) : IDisposable
{
    private const int MostUnderWay = 12;
    private static readonly TimeSpan EchoPatience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _givenUp = new();
    private readonly ConcurrentBag<Task> _underWay = [];
    private int _number;
    private Task[] _talkers = [];

    public ConcurrentBag<Sending> Sendings { get; } = [];

    public ConcurrentBag<Changing> Changings { get; } = [];

    public void Start() => _talkers = [.. users.Members.Select(member => Talker(member, ScenarioUsers.Seeded(random)))];

    /// <summary>Sends nothing new, and goes on with what has an id until it is answered or patience ends.</summary>
    public async Task Stop(TimeSpan timeout)
    {
        await _end.CancelAsync();
        await Task.WhenAll(_talkers);
        _givenUp.CancelAfter(timeout);
        await Task.WhenAll(_underWay);
        foreach (var sending in Sendings) counters.Done(sending.Known);
    }

    public void Dispose()
    {
        _end.Dispose();
        _givenUp.Dispose();
    }

    private async Task Talker(Member member, Random dice)
    {
        var turns = new SemaphoreSlim(MostUnderWay);
        var mean = users.Members.Count / sendsPerSecond;
        while (!_end.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(-Math.Log(1 - dice.NextDouble()) * mean));
            await turns.WaitAsync();
            var deed = ScenarioUsers.Seeded(dice);
            _underWay.Add(Task.Run(async () =>
            {
                await Act(member, deed);
                turns.Release();
            }));
        }
    }

    private Task Act(Member member, Random dice)
    {
        var chat = member.Chats[dice.Next(member.Chats.Count)];
        var device = member.Devices[dice.Next(member.Devices.Count)];
        if (device is ChatRecorder bound) chat = bound.Chat;
        return dice.Next(100) switch
        {
            < 20 => Persist(member, chat, "REST with id", dice, (content, id) => OverRest(member, chat, content, id)),
            < 30 => Once(member, chat, "REST", dice, content => OverRest(member, chat, content, null)),
            < 60 => Persist(member, chat, $"{device.Name} with id", dice, (content, id) => OverSocket(member, device, chat, content, id)),
            < 70 => Once(member, chat, device.Name, dice, content => OverSocket(member, device, chat, content, null)),
            < 75 => Twice(member, chat, dice),
            < 78 => Once(member, chat, "an outsider over REST", dice, content => OverRest(users.Outsider, chat, content, null)),
            < 80 => Once(member, chat, "a reply to nothing over REST", dice, content => OverRest(member, chat, content, null, replyTo: 1_000_000_000)),
            _ => Change(member, dice),
        };
    }

    private async Task Once(Member member, Chat chat, string how, Random dice, Func<string, Task<Answer>> send)
    {
        var sending = NewSending(chat, how, dice);
        Note(member, sending, await send(sending.Content), isCertain: true);
    }

    // As a client does that gives its messages ids: until there is an answer, by any way, at any node.
    private async Task Persist(Member member, Chat chat, string how, Random dice, Func<string, string, Task<Answer>> send)
    {
        var sending = NewSending(chat, how, dice);
        var isCertain = true;
        while (true)
        {
            var answer = await send(sending.Content, Member.FirstWord(sending.Content));
            Note(member, sending, answer, isCertain);
            if (answer.Known != Known.Nothing || _givenUp.IsCancellationRequested) return;
            isCertain = false;
            await Task.Delay(Pause);
        }
    }

    // The documented client: over the socket and over REST, with no id.
    private async Task Twice(Member member, Chat chat, Random dice)
    {
        if (member.Devices.OfType<ChatRecorder>().FirstOrDefault(device => device.Chat == chat) is not { } device) return;
        var sending = NewSending(chat, "socket and REST", dice, isDual: true);
        var over = await Task.WhenAll(OverSocket(member, device, chat, sending.Content, null), OverRest(member, chat, sending.Content, null));
        foreach (var answer in over) Note(member, sending, answer, isCertain: false);
    }

    private Sending NewSending(Chat chat, string how, Random dice, bool isDual = false)
    {
        // The first word is found again in whatever becomes of it; one in fifty is long.
        var filler = new string('x', dice.Next(50) == 0 ? 4000 : dice.Next(100));
        var sending = new Sending(chat.Id, $"{Interlocked.Increment(ref _number)}-{chat.Id} {filler}", how, isDual);
        Sendings.Add(sending);
        counters.Count("sends");
        return sending;
    }

    private static void Note(Member member, Sending sending, Answer answer, bool isCertain)
    {
        if (answer.Known == Known.Refused && isCertain) sending.Known = Known.Refused;
        if (answer.Known != Known.Done) return;
        sending.Known = Known.Done;
        sending.MessageId = answer.Body.Id();
        member.Remember(sending);
    }

    private static Task<Answer> OverRest(Member member, Chat chat, string content, string? id, long? replyTo = null)
        => member.Ask(HttpMethod.Post, $"/api/messaging/{chat.Path}send_message/", new { content, client_message_id = id, reply_to = replyTo });

    private static async Task<Answer> OverSocket(Member member, Recorder device, Chat chat, string content, string? id)
    {
        var word = Member.FirstWord(content);
        var awaited = member.Awaited.GetOrAdd(word, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        await device.Send(chat, content, id);
        var isAnswered = await Task.WhenAny(awaited.Task, Task.Delay(EchoPatience)) == awaited.Task;
        member.Awaited.TryRemove(word, out _);
        return isAnswered ? await awaited.Task : Answer.None;
    }

    private async Task Change(Member member, Random dice)
    {
        if (!member.Recent.TryDequeue(out var own)) return;
        var (id, number) = (own.MessageId!.Value, Interlocked.Increment(ref _number));
        var (what, text) = dice.Next(5) switch
        {
            0 => ("delete", ""),
            < 3 => ("edit", string.Create(CultureInfo.InvariantCulture, $"{Member.FirstWord(own.Content)} edit {number}")),
            _ => ("react", string.Create(CultureInfo.InvariantCulture, $"r{number}")),
        };
        var changing = new Changing(id, member.Id, what, text);
        Changings.Add(changing);
        counters.Count("changes");
        changing.Known = (await (what switch
        {
            "delete" => member.Ask(HttpMethod.Delete, $"/api/messaging/messages/{id}/"),
            "edit" => member.Ask(HttpMethod.Put, $"/api/messaging/messages/{id}/edit/", new { content = text }),
            _ => member.Ask(HttpMethod.Post, $"/api/messaging/messages/{id}/react/", new { emoji = text }),
        })).Known;
        if (what != "delete") member.Remember(own);
    }
}
