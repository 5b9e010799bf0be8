using System.Text;
using Connectify.Server.Chats;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime;
using Connectify.Server.Realtime.Backplane;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>A client that asks for a chat again while it is still being told what it missed.</summary>
public sealed class JoiningTests
{
    [Fact]
    public async Task What_a_replaced_joining_still_has_to_tell_is_not_told_twice()
    {
        using var unread = new UnreadFrames(new Clients(), null!, NullLogger<UnreadFrames>.Instance);
        var groups = new ChatLifetimeManager(
            NullLogger<DefaultHubLifetimeManager<ChatHub>>.Instance, null!, new Clients(), new SocketsSettings(), null!);
        var feeds = new ChatFeeds(groups, null!, unread, new InMemoryBackplane());
        var chat = new ChatRef(ChatKind.Group, 1);
        var (ann, bo) = (new Follower(1), new Follower(2));
        var change = new ChatEvent(chat.Id, "message", Encoding.UTF8.GetBytes("{}")) { Seq = 1 };
        feeds.Begin(bo.Client, chat);

        var first = feeds.Begin(ann.Client, chat);
        feeds.Unfollow(ann.Client, chat.Id);
        var second = feeds.Begin(ann.Client, chat);
        await first.SendPaced(change, CancellationToken.None);
        ann.Heard().Should().BeEmpty("its successor tells that");
        await second.SendPaced(change, CancellationToken.None);
        ann.Heard().Should().ContainSingle();
        first.IsOver.Should().BeTrue();
        second.IsOver.Should().BeFalse();
    }
}
