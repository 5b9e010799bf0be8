using Connectify.Protocol;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Scenarios;

/// <summary>A harness that finds nothing proves nothing: here each kind of violation is put before it, alone.</summary>
public sealed class CheckerTests
{
    private const long Chat = 7;
    private const long Ann = 1;
    private const long Later = 1_000;

    // Message 1 is sent, message 2 is sent and edited, message 3 is sent and deleted; one millisecond each.
    private readonly List<Change> _changes =
    [
        New(1, message: 1), New(2, message: 2), Edit(3, message: 2), New(4, message: 3), Deletion(5, message: 3), New(6, message: 4),
    ];

    private readonly List<Removal> _removals = [];
    private readonly List<Reaction> _reactions = [];
    private readonly List<Heard> _heard = [];
    private readonly List<Sending> _sendings = [.. Enumerable.Range(1, 4).Select(message => new Sending(Chat, $"m{message}", "REST") { Known = Known.Done, MessageId = message })];
    private readonly List<Changing> _changings = [];

    [Fact]
    public void A_history_that_is_whole_passes()
    {
        Hears(1, 2, 3, 4, 5, 6);
        Finds();
    }

    [Fact]
    public void What_was_overtaken_may_be_left_out_of_a_replay()
    {
        _heard.Add(new Asked(0, 0));
        _heard.Add(new Answered(Later, 6, IsResumed: true));
        Tells(1, Later);
        _heard.Add(new Told(Later, Frames.Message, 3, 2, "m2 edited"));
        Tells(5, Later);
        Tells(6, Later);
        Finds();
    }

    [Fact]
    public void A_change_left_out_is_lost()
    {
        Hears(1, 2, 3, 4, 5);
        Finds(Breach.Lost);
        _heard.Clear();
        Hears(2, 3, 4, 5, 6);
        Finds(Breach.Lost);
    }

    [Fact]
    public void A_change_left_out_before_it_was_overtaken_is_lost()
    {
        Tells(1, 1);
        Tells(2, 2);
        Tells(3, 3);
        _changes[4] = _changes[4] with { At = 100 };
        Tells(5, 100);
        Tells(6, 100);
        Finds();
        _heard.RemoveRange(3, 2);
        _changes.Insert(4, Edit(5, message: 1) with { At = 50 });
        _changes[5] = _changes[5] with { Seq = 6 };
        _changes[6] = _changes[6] with { Seq = 7 };
        Tells(5, 50);
        Tells(6, 100);
        Tells(7, 100);
        Finds(Breach.Lost);
    }

    [Fact]
    public void The_same_change_twice_is_doubled()
    {
        Hears(1, 2, 3, 4, 5, 5, 6);
        Finds(Breach.Doubled);
    }

    [Fact]
    public void An_earlier_change_after_a_later_one_is_out_of_order()
    {
        Hears(1, 2, 4, 3, 5, 6);
        Finds(Breach.Lost, Breach.OutOfOrder);
    }

    [Fact]
    public void A_change_of_a_message_that_has_not_come_is_out_of_order()
    {
        Hears(1, 2);
        _changes.RemoveRange(2, 4);
        _sendings.RemoveRange(2, 2);
        _heard[1] = new Told(Later, Frames.MessageUpdated, 2, 2, "m2");
        Finds(Breach.OutOfOrder);
    }

    [Fact]
    public void A_chat_that_goes_back_is_out_of_order()
    {
        Hears(1, 2, 3, 4, 5, 6);
        _heard.Add(new Asked(Later, 6));
        _heard.Add(new Answered(Later, 5, IsResumed: true));
        Finds(Breach.OutOfOrder);
    }

    [Fact]
    public void What_is_not_stored_is_a_phantom()
    {
        Hears(1, 2, 3, 4, 5, 6);
        _heard.Add(new Told(Later, Frames.Message, 7, 9, "from nowhere"));
        Finds(Breach.Phantom);
    }

    [Fact]
    public void Another_content_than_the_stored_one_is_a_phantom()
    {
        Hears(1, 2, 3, 4, 5, 6);
        _heard[2] = new Told(3, Frames.MessageUpdated, 3, 2, "m2");
        Finds(Breach.Phantom);
    }

    [Fact]
    public void A_refused_send_that_is_stored_is_a_phantom()
    {
        Hears(1, 2, 3, 4, 5, 6);
        _sendings[3] = new Sending(Chat, "m4", "REST") { Known = Known.Refused };
        Finds(Breach.Phantom);
    }

    [Fact]
    public void A_message_that_nobody_sent_is_a_phantom()
    {
        Hears(1, 2, 3, 4, 5, 6);
        _sendings.RemoveAt(3);
        Finds(Breach.Phantom);
    }

    [Fact]
    public void An_unanswered_send_may_be_stored_or_not()
    {
        Hears(1, 2, 3, 4, 5, 6);
        _sendings[3] = new Sending(Chat, "m4", "REST");
        _sendings.Add(new Sending(Chat, "m5", "REST"));
        Finds();
    }

    [Fact]
    public void An_acknowledged_send_that_is_not_stored_is_lost()
    {
        Hears(1, 2, 3, 4, 5, 6);
        _sendings.Add(new Sending(Chat, "m5", "REST") { Known = Known.Done, MessageId = 5 });
        Finds(Breach.Lost);
    }

    [Theory]
    [InlineData("edit", "m1 edited")]
    [InlineData("delete", "")]
    [InlineData("react", "r1")]
    public void An_acknowledged_change_that_is_not_stored_is_lost(string what, string text)
    {
        Hears(1, 2, 3, 4, 5, 6);
        _changings.Add(new Changing(1, Ann, what, text));
        Finds();
        _changings[0].Known = Known.Done;
        Finds(Breach.Lost);
    }

    [Fact]
    public void A_refused_edit_that_is_stored_is_a_phantom()
    {
        Hears(1, 2, 3, 4, 5, 6);
        _changings.Add(new Changing(2, Ann, "edit", "m2 edited") { Known = Known.Refused });
        Finds(Breach.Phantom);
    }

    [Fact]
    public void One_send_stored_twice_is_doubled()
    {
        Hears(1, 2, 3, 4, 5, 6);
        _changes[5] = _changes[5] with { Content = "m1" };
        _sendings.RemoveAt(3);
        _heard[5] = new Told(6, Frames.Message, 6, 4, "m1");
        Finds(Breach.Doubled);
    }

    [Fact]
    public void Both_copies_of_a_dual_send_may_be_stored_only_when_far_apart()
    {
        Hears(1, 2, 3, 4, 5, 6);
        _sendings[0] = new Sending(Chat, "m1", "socket and REST", IsDual: true);
        _sendings.RemoveAt(3);
        _changes[5] = _changes[5] with { Content = "m1", At = 20_000 };
        _heard[5] = new Told(20_000, Frames.Message, 6, 4, "m1");
        Finds();
        _changes[5] = _changes[5] with { At = 9_000 };
        Finds(Breach.Doubled);
    }

    [Fact]
    public void A_hole_or_a_repeat_in_the_numbers_is_found()
    {
        Hears(1, 2, 3, 4, 5, 6);
        _changes.RemoveAt(2);
        _heard.RemoveAt(2);
        Finds(Breach.Lost);
        _changes.Insert(2, Edit(2, message: 2));
        Finds(Breach.Doubled, Breach.Lost);
    }

    [Fact]
    public void What_comes_after_the_removal_and_before_the_return_is_leaked()
    {
        Hears(1, 2, 3, 4, 5, 6);
        _removals.Add(new Removal(Chat, Ann, Seq: 4, BackFrom: 5));
        Finds();
        _removals[0] = new Removal(Chat, Ann, Seq: 4, BackFrom: 6);
        Finds(Breach.Leaked);
        _removals[0] = new Removal(Chat, UserId: 2, Seq: 4, BackFrom: 6);
        Finds();
    }

    [Fact]
    public void Who_comes_back_hears_all_from_then_on()
    {
        Tells(1, 1);
        _heard.Add(new CameBack(4, 4));
        Tells(5, 5);
        Tells(6, 6);
        Finds();
        _heard.RemoveAt(2);
        Finds(Breach.Lost);
    }

    [Fact]
    public void What_was_to_be_fetched_has_to_be_there()
    {
        _heard.Add(new Asked(Later, 0));
        _heard.Add(new Answered(Later, 6, IsResumed: false));
        _heard.Add(new Fetched(Later, 6, new Dictionary<long, long> { [4] = 6, [2] = 3, [1] = 1 }));
        Finds();
        _heard[2] = new Fetched(Later, 6, new Dictionary<long, long> { [4] = 6, [1] = 1 });
        Finds(Breach.Lost);

        // What another answer's fetch found, which may be there first, is no matter.
        _heard[2] = new Fetched(Later, 7, new Dictionary<long, long>());
        Finds();
    }

    private static Change New(long seq, long message) => new(Chat, seq, message, IsNew: true, IsDeletion: false, $"m{message}", At: seq);

    private static Change Edit(long seq, long message) => new(Chat, seq, message, IsNew: false, IsDeletion: false, $"m{message} edited", At: seq);

    private static Change Deletion(long seq, long message) => new(Chat, seq, message, IsNew: false, IsDeletion: true, "", At: seq);

    private void Hears(params long[] seqs)
    {
        foreach (var seq in seqs) Tells(seq, seq);
    }

    private void Tells(long seq, long at)
    {
        var change = _changes.Single(change => change.Seq == seq);
        var type = change.IsNew ? Frames.Message : change.IsDeletion ? Frames.MessageDeleted : Frames.MessageUpdated;
        _heard.Add(new Told(at, type, seq, change.MessageId, change.IsDeletion ? null : change.Content));
    }

    private void Finds(params Breach[] expected)
    {
        var committed = new CommittedHistory(_changes, _removals, _reactions, new Dictionary<long, long> { [Chat] = _changes.Max(change => change.Seq) });
        var history = new History("ann's socket", Ann, Chat);
        foreach (var heard in _heard) history.Add(heard);
        var found = Checker.Check(committed, [history], _sendings, _changings);
        found.Select(violation => violation.Breach).Distinct().Should().BeEquivalentTo(expected, string.Join("; ", found));
    }
}
