using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>What happens to somebody's access on one node ends his connections on the other.</summary>
public sealed class BackplaneAccessTests(TwoNodes on) : SeveralNodes, IClassFixture<TwoNodes>
{
    protected override TestServer Home => on.A;

    [Fact]
    public async Task Deactivation_closes_sockets_and_ends_tokens_everywhere()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var atB = At(on.B, bo);
        PlainSocket[] sockets = [await atB.Listen(await ann.StartsConversation(bo)), await atB.Listen("")];
        await atB.Get("/api/accounts/profile/").Ok();

        await (await Superuser()).Post("/api/accounts/deactivate/", new { user_id = bo.Id }).Ok();

        foreach (var socket in sockets) (await socket.Closed()).Should().Be(4003);
        await Until(async () => (await atB.Get("/api/accounts/profile/")).Status == 401, "the token has ended");
    }

    [Fact]
    public async Task A_new_password_closes_the_sockets_of_all_other_logins()
    {
        var bo = await User("bo");
        var device = await bo.OnAnotherDevice();
        var (own, other) = (await At(on.B, bo).Listen(""), await At(on.B, device).Listen(""));

        await bo.Post("/api/accounts/password/", new { current_password = TestServer.Password, new_password = "another fine password" }).Ok();

        (await other.Closed()).Should().Be(4003);
        await own.HearsNothing();
        device.Dispose();
    }

    [Fact]
    public async Task Removal_closes_the_chat_and_nothing_more_is_heard()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var group = await ann.StartsGroup(bo);
        var (bound, inbox) = (await At(on.B, bo).Listen(group), await At(on.B, bo).Listen(""));

        await ann.Post($"/api/messaging/{group}remove_member/", new { member_id = bo.Id }).Ok();
        await ann.Says(group, "he is gone");

        (await bound.Closed()).Should().Be(4004);
        await inbox.Hears("chat_removed");
        await inbox.HearsNo("message");
    }
}
