using Connectify.Server.Kernel;
using Connectify.Server.Realtime.Backplane;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Events;
using Connectify.Server.Realtime.Feeds;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>A client that asks for a chat again while it is still being told what it missed.</summary>
public sealed class JoiningTests
{
    private static readonly ChatRef Chat = new(ChatKind.Group, 1);

    private readonly Follower _ann = new(1);
    private readonly ChatFeeds _feeds;

    public JoiningTests()
    {
        var groups = new ChatGroups(NullMeterFactory.Metrics);
        var backplane = new InMemoryBackplane();
        _feeds = new ChatFeeds(groups, null!, backplane, new EventPublisher(backplane));

        // Somebody else is there all the time, so that the feed is.
        _feeds.StartBuffering(new Follower(2).Client, Chat);
    }

    private static ChatEvent Change { get; } = new(Chat.Id, "message", "{}"u8.ToArray()) { Seq = 1 };

    [Fact]
    public async Task What_a_replaced_joining_still_has_to_tell_is_not_told_twice()
    {
        var first = _feeds.StartBuffering(_ann.Client, Chat);
        _feeds.Unfollow(_ann.Client, Chat.Id);
        var second = _feeds.StartBuffering(_ann.Client, Chat);
        await first.SendPaced(Change, CancellationToken.None);
        _ann.Heard().Should().BeEmpty("its successor tells that");
        await second.SendPaced(Change, CancellationToken.None);
        _ann.Heard().Should().ContainSingle();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_begins_again_hears_once(bool wasComplete)
    {
        var feed = _feeds.Of(Chat)!;
        var first = _feeds.StartBuffering(_ann.Client, Chat);
        if (wasComplete) feed.TryGoLive(first, 0, 0);
        var second = _feeds.StartBuffering(_ann.Client, Chat);
        feed.TryGoLive(first, 0, 0);
        feed.TryGoLive(second, 0, 0);
        feed.Receive([Change]);
        _ann.Heard().Should().ContainSingle();
    }

    [Fact]
    public void Who_is_on_the_way_in_or_there_is_not_begun_anew()
    {
        var first = _feeds.StartBufferingIfNew(_ann.Client, Chat)!;
        _feeds.StartBufferingIfNew(_ann.Client, Chat).Should().BeNull();
        _feeds.Of(Chat)!.TryGoLive(first, 0, 0);
        _feeds.StartBufferingIfNew(_ann.Client, Chat).Should().BeNull();
        first.IsOver.Should().BeFalse();
        _feeds.Unfollow(_ann.Client, Chat.Id);
        _feeds.StartBufferingIfNew(_ann.Client, Chat).Should().NotBeNull();
    }
}
