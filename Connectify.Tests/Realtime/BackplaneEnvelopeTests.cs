using System.Text;
using Connectify.Server.Kernel;
using Connectify.Server.Realtime.Backplane;
using Connectify.Server.Realtime.Events;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

public sealed class BackplaneEnvelopeTests
{
    [Theory]
    [InlineData(0, -1)]
    [InlineData(1, 0)]
    [InlineData(5_000_000_000, 4_999_999_990)]
    public void A_chats_event_arrives_as_it_was_sent(long seq, long after)
    {
        var sent = new ChatEvent(7, "message_updated", "{\"content\":\"é 🙂\"}"u8.ToArray())
        {
            Seq = seq,
            After = after,
            AccessVersion = 3,
            ExceptUser = 4,
            OnlyUser = 5,
            Actor = 6,
        };

        var received = Envelope.TryRead(Envelope.Of(99, sent))!;

        received.Node.Should().Be(99);
        received.What.Should().BeEquivalentTo(sent, options => options.Excluding(happened => happened.Json).Excluding(happened => happened.PublishedAt).Excluding(happened => happened.Encoded));
        ((ChatEvent)received.What).Json.ToArray().Should().Equal(sent.Json.ToArray());
    }

    [Fact]
    public void So_does_an_event_about_a_user()
    {
        AccessEvent[] all =
        [
            new AccountChanged(1), new AccountDeactivated(2), new SessionsRevoked(3, 4, null), new SessionsRevoked(3, null, 5),
            new ChatJoined(6, new ChatRef(ChatKind.Group, 7), 8), new ChatLeft(9, 10),
        ];
        foreach (var sent in all) Envelope.TryRead(Envelope.Of(99, sent))!.What.Should().Be(sent);
        typeof(AccessEvent).Assembly.GetTypes().Count(type => type.IsSubclassOf(typeof(AccessEvent))).Should().Be(
            all.DistinctBy(one => one.GetType()).Count(), "each has to have a name between nodes");
    }

    [Theory]
    [InlineData("{\"a\":1")]
    [InlineData("{}{}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"a\":\"\u00ff\"}")]
    public void A_payload_that_would_break_a_frame_is_refused(string payload)
        => Envelope.TryRead(Envelope.Of(1, new ChatEvent(1, "message", Encoding.Latin1.GetBytes(payload)) { Seq = 1 })).Should().BeNull();

    [Fact]
    public void Whatever_is_cut_or_scrambled_is_refused_or_read_and_never_thrown_at()
    {
        var whole = Envelope.Of(1, new ChatEvent(1, "message", "{\"a\":1}"u8.ToArray()) { Seq = 1 });
        for (var length = 0; length < whole.Length; length++) Envelope.TryRead(whole[..length]).Should().BeNull();
        var chance = new Random(1);
        for (var round = 0; round < 10_000; round++)
        {
            var scrambled = whole.ToArray();
            scrambled[chance.Next(scrambled.Length)] = (byte)chance.Next(256);
            scrambled[chance.Next(scrambled.Length)] = (byte)chance.Next(256);
            Envelope.TryRead(scrambled);
        }
    }
}
