using System.Security.Claims;
using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Who loses a chat, or an account, loses its sockets at once, and hears not one frame more.</summary>
public abstract class LosingAccessTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task Deactivated_4003_on_every_socket()
    {
        User admin = await Admin("admin"), ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        PlainSocket bos = await bo.Listen(path), all = await bo.Listen("");
        var hub = await bo.JoinHub();
        var anns = await ann.Listen(path);

        await admin.Post("/api/accounts/deactivate/", new { user_id = bo.Id }).Ok();

        (await bos.Closed()).Should().Be(4003);
        (await all.Closed()).Should().Be(4003);
        await hub.Closed();
        (await (await bo.Knock(path)).Closed()).Should().Be(4003);
        await anns.Hears(await ann.Says(path, "gone"));
    }

    [Fact]
    public async Task A_login_that_ends_takes_its_own_sockets_along_and_no_others()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var phone = Keep(await bo.OnAnotherDevice());
        PlainSocket bos = await bo.Listen(path), phones = await phone.Listen(path);

        await phone.Post("/api/accounts/logout/", new { refresh_token = phone.RefreshToken });
        (await phones.Closed()).Should().Be(4003);
        await bos.Hears(await ann.Says(path, "one left"));

        var tablet = Keep(await bo.OnAnotherDevice());
        var tablets = await tablet.Listen(path);
        await bo.Post("/api/accounts/password/", new { current_password = TestServer.Password, new_password = "another good password" }).Ok();
        (await tablets.Closed()).Should().Be(4003);
        await bos.Hears(await ann.Says(path, "still one"));
    }

    [Fact]
    public async Task A_token_that_expires_4003()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var lasting = await bo.Listen(path);
        bo.Token = Expiring(bo.Token!, TimeSpan.FromSeconds(10));
        PlainSocket bos = await bo.Listen(path), all = await bo.Listen("");
        var hub = await bo.JoinHub();

        (await bos.Closed()).Should().Be(4003);
        (await all.Closed()).Should().Be(4003);
        await hub.Closed();
        (await (await bo.Knock(path)).Closed()).Should().Be(4003);
        await lasting.Hears(await ann.Says(path, "another token lives on"));
    }

    [Fact]
    public async Task Removed_from_a_group_4004_and_silence()
    {
        User ann = await User("ann"), bo = await User("bo"), cy = await User("cy");
        var path = await ann.StartsGroup(bo, cy);
        var id = ChatSteps.ChatId(path);
        PlainSocket bos = await bo.Listen(path), all = await bo.Listen(""), cys = await cy.Listen(path);
        var hub = await bo.JoinHub();
        await hub.Invoke("Join", new { group_chat_id = id });

        await ann.Post($"/api/messaging/{path}remove_member/", new { member_id = bo.Id }).Ok();
        var sent = await ann.Says(path, "without bo");

        await cys.Hears(sent);
        (await bos.Closed()).Should().Be(4004);
        (await all.Hears(Frames.ChatRemoved)).Number("group_chat_id").Should().Be(id);
        await hub.Hears(Frames.ChatRemoved);
        await all.HearsNo(Frames.Message, Frames.MemberRemoved);
        await hub.HearsNo(Frames.Message, Frames.MemberRemoved);
        (await (await bo.Knock(path)).Closed()).Should().Be(4004);
        (await cys.Hears(Frames.MemberRemoved)).Part("user").Id().Should().Be(bo.Id);
    }

    [Fact]
    public async Task Leaving_ends_ones_own_sockets_only()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsGroup(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path);

        await bo.Post($"/api/messaging/{path}remove_member/", new { member_id = bo.Id }).Ok();

        (await bos.Closed()).Should().Be(4004);
        await anns.Hears(await ann.Says(path, "alone"));
    }

    [Theory]
    [InlineData("conversation")]
    [InlineData("group")]
    public async Task A_deleted_chat_4004_for_everybody(string kind)
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = kind == "group" ? await ann.StartsGroup(bo) : await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(path), bos = await bo.Listen(path), all = await bo.Listen("");

        await ann.Delete($"/api/messaging/{path}").NoContent();

        (await anns.Closed()).Should().Be(4004);
        (await bos.Closed()).Should().Be(4004);
        await all.Hears(Frames.ChatRemoved);
    }

    [Fact]
    public async Task Out_of_the_organization_out_of_its_chats()
    {
        User admin = await Admin("admin"), ann = await User("ann"), bo = await User("bo");
        string conversation = await ann.StartsConversation(bo), group = await ann.StartsGroup(bo);
        PlainSocket one = await bo.Listen(conversation), other = await bo.Listen(group), all = await bo.Listen("");

        await admin.Delete($"/api/accounts/organizations/{await Organization()}/users/{bo.Id}/").NoContent();

        (await one.Closed()).Should().Be(4004);
        (await other.Closed()).Should().Be(4004);
        await all.Hears(Frames.ChatRemoved, frame => frame.Has("conversation_id"));
        await all.Hears(Frames.ChatRemoved, frame => frame.Has("group_chat_id"));
    }

    private string Expiring(string token, TimeSpan after)
    {
        var known = new JsonWebToken(token);
        var now = DateTime.UtcNow;
        var key = new SymmetricSecurityKey(Server.Services.GetRequiredService<SigningKey>().Bytes);
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Subject = new ClaimsIdentity([new Claim("sub", known.Subject), new Claim("username", known.GetClaim("username").Value), new Claim("jti", known.Id)]),
            Issuer = known.Issuer,
            Audience = known.Audiences.Single(),
            IssuedAt = now,
            NotBefore = now,
            Expires = now + after,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
        });
    }

    public sealed class OnSqlite(SqliteServer on) : LosingAccessTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : LosingAccessTests(on), IClassFixture<PostgresServer>;
}
