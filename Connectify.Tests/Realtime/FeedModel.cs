using Connectify.Protocol;
using Connectify.Server.Realtime.Backplane;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;
using Connectify.Server.Realtime.Feeds;
using Connectify.Tests.Support;
using FluentAssertions;

namespace Connectify.Tests.Realtime;

/// <summary>
/// A node with one chat, whose events are lost, repeated and reordered, whose followers come and go, and
/// whose readings of the database lie anywhere between: one step at a time, in the order that a test gives.
/// </summary>
internal sealed class FeedModel : IFeedBackfill
{
    private readonly StoredChat _stored = new();
    private readonly List<ChatEvent> _inFlight = [];
    private readonly List<Arrival> _arrivals = [];
    private readonly List<Repair> _repairs = [];
    private readonly Follower[] _people = [new(1), new(2), new(3)];
    private readonly ChatFeeds _feeds;

    public FeedModel()
    {
        var groups = new ChatGroups(NullMeterFactory.Metrics);
        var backplane = new InMemoryBackplane();
        _feeds = new ChatFeeds(groups, this, backplane, new EventPublisher(backplane));
    }

    private Action<int>[] Steps =>
    [
        Change, Change, Change, Deliver, Deliver, Deliver, Arrive, Arrive, ReadPosition, Join, RepairReads, RepairFills, Leave, Sweep, Remove,
    ];

    public void Start(ChatFeed feed, ChatFeeds feeds) => _repairs.Add(new Repair { Feed = feed });

    /// <summary>Any number is a step: what happens, and to whom.</summary>
    public void Do(int choice)
    {
        Steps[choice % Steps.Length](choice / Steps.Length);
        foreach (var person in _people) Check(person);
    }

    /// <summary>Nothing more happens, and every reading ends: then everybody who is in has heard everything.</summary>
    public void Settle()
    {
        while (_arrivals.Count > 0)
        {
            ReadPosition(0);
            Join(0);
        }

        Sweep(0);
        for (var i = 0; _repairs.Count > 0; i++)
        {
            i.Should().BeLessThan(1000, "a repair ends");
            RepairReads(0);
            RepairFills(0);
        }

        foreach (var person in _people)
        {
            Check(person);
            if (IsIn(person) && !_stored.HasRemoved(person.UserId)) person.Knows.Should().Be(_stored.LastSeq, "person {0} stayed to the end", person.UserId);
        }
    }

    private bool IsIn(Follower person) => person.Client.Following.ContainsKey(_stored.Chat.Id);

    private void Change(int choice)
    {
        var change = _stored.Change(choice % 6);

        // 0 to 2 times: lost, told, told twice.
        for (var copies = choice / 6 % 4; copies is 1 or 2 or 3; copies -= 2) _inFlight.Add(change);
    }

    private void Deliver(int choice)
    {
        if (_inFlight.Count == 0) return;
        var at = choice % _inFlight.Count;

        // Alone, or with what was told together with it.
        var together = _inFlight.GetRange(at, Math.Min(1 + (choice / _inFlight.Count % 3), _inFlight.Count - at));
        _inFlight.RemoveRange(at, together.Count);
        _feeds.Receive(together);
    }

    private void Arrive(int choice)
    {
        var person = _people[choice % _people.Length];
        if (IsIn(person) || _stored.HasRemoved(person.UserId)) return;
        _arrivals.Add(new Arrival(person, _feeds.StartBuffering(person.Client, _stored.Chat), choice / _people.Length % 2 == 0 && person.Knows >= 0));
    }

    private void ReadPosition(int choice)
    {
        if (_arrivals.Count == 0) return;
        var arrival = _arrivals[choice % _arrivals.Count];
        var isResumed = arrival.Resumes || arrival.IsGreeted;
        arrival.Read = _stored.HasRemoved(arrival.Person.UserId)
            ? null
            : new FeedStart(
                _stored.LastSeq, _stored.AccessVersion, isResumed, isResumed ? _stored.Since(arrival.ToldUpTo) : []);
        if (arrival.Read is null) Turn(arrival);
    }

    private void Join(int choice)
    {
        if (_arrivals.Count == 0 || _arrivals[choice % _arrivals.Count] is not { Read: { } start } arrival) return;
        var client = arrival.Person.Client;
        if (!arrival.IsGreeted)
        {
            client.Send(Frames.Hello, System.Text.Encoding.UTF8.GetBytes($$"""{"seq":{{start.Seq}},"resumed":{{(start.IsResumed ? 1 : 0)}}}"""));
        }

        foreach (var missed in start.Missed) client.Send(missed.Name, missed.Json);
        var isIn = _feeds.Of(_stored.Chat)?.TryGoLive(arrival.Joining, start.Seq, start.AccessVersion) ?? true;
        (arrival.Read, arrival.IsGreeted, arrival.ToldUpTo) = (null, true, start.Seq);
        if (isIn) _arrivals.Remove(arrival);
    }

    private void Turn(Arrival arrival)
    {
        _arrivals.Remove(arrival);
        _feeds.Unfollow(arrival.Person.Client, _stored.Chat.Id);
    }

    private void Leave(int choice)
    {
        var person = _people[choice % _people.Length];
        if (choice / _people.Length % 3 != 0 || _arrivals.Exists(arrival => arrival.Person == person)) return;
        _feeds.Unfollow(person.Client, _stored.Chat.Id);
    }

    private void Remove(int choice)
    {
        // Seldom, and one stays. Whether this node is told of it is chance: the changes after it tell, too.
        var person = _people[choice % (_people.Length - 1)];
        if (choice / 3 % 5 != 0 || _stored.HasRemoved(person.UserId)) return;
        _stored.Remove(person.UserId);
        if (choice / 15 % 2 == 0) _feeds.Evict(_stored.Chat.Id, person.UserId);
    }

    private void Sweep(int choice) => _feeds.Of(_stored.Chat)?.Observe(_stored.LastSeq, _stored.AccessVersion);

    private void RepairReads(int choice)
    {
        if (_repairs.Count == 0) return;
        var repair = _repairs[choice % _repairs.Count];
        if (repair.IsRead) return;
        repair.Gap = repair.Feed.Gap();
        if (repair.Gap.IsNone) _repairs.Remove(repair);
        else (repair.IsRead, repair.Changes, repair.Seq, repair.AccessVersion) = (true, _stored.Since(repair.Gap.After), _stored.LastSeq, _stored.AccessVersion);
        if (repair.Gap.IsAccessStale) repair.Out = [.. _people.Select(person => person.UserId).Where(_stored.HasRemoved)];
    }

    private void RepairFills(int choice)
    {
        if (_repairs.Count == 0 || _repairs[choice % _repairs.Count] is not { IsRead: true } repair) return;
        repair.IsRead = false;
        if (!repair.Gap.IsAccessStale)
        {
            repair.Feed.Apply(repair.Changes, repair.Seq);
            return;
        }

        foreach (var userId in repair.Out) _feeds.Evict(_stored.Chat.Id, userId);
        repair.Feed.AccessChecked(repair.AccessVersion, repair.Gap);
    }

    private void Check(Follower person)
    {
        foreach (var (name, frame) in person.Heard())
        {
            if (name == Frames.ChatRemoved) continue;
            var seq = frame.GetProperty("seq").GetInt64();
            if (name == Frames.Hello)
            {
                if (frame.GetProperty("resumed").GetInt32() == 0) (person.Knows, person.KnownMessages) = (seq, [.. _stored.CreatedUpTo(seq)]);
                continue;
            }

            seq.Should().BeGreaterThan(person.Knows, "person {0} hears each change once and in order", person.UserId);
            frame.GetProperty("after").GetInt64().Should().BeLessThanOrEqualTo(person.Knows, "person {0} misses none before change {1}", person.UserId, seq);
            (name == Frames.Message).Should().Be(
                person.KnownMessages.Add(frame.GetProperty("created").GetInt64()), "person {0} is told of a message as new once, and then of its changes", person.UserId);
            seq.Should().BeLessThanOrEqualTo(_stored.MayHearUpTo(person.UserId), "person {0} was removed before", person.UserId);
            person.Knows = seq;
        }
    }

    private sealed class Arrival(Follower person, CatchUp catchUp, bool resumes)
    {
        public Follower Person => person;

        public CatchUp Joining => catchUp;

        public bool Resumes => resumes;

        public FeedStart? Read { get; set; }

        public bool IsGreeted { get; set; }

        public long ToldUpTo { get; set; } = person.Knows;
    }

    private sealed class Repair
    {
        public required ChatFeed Feed { get; init; }

        public bool IsRead { get; set; }

        public FeedGap Gap { get; set; }

        public IReadOnlyList<ChatEvent> Changes { get; set; } = [];

        public IReadOnlyList<long> Out { get; set; } = [];

        public long Seq { get; set; }

        public long AccessVersion { get; set; }
    }
}
