using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Contracts;

/// <summary>Who may open which socket, told by the code that closes it.</summary>
public abstract class SocketRoleTests(ServerFixture on) : CastTests(on)
{
    [Fact]
    public async Task A_socket_opens_for_members_with_an_active_account()
    {
        var cast = await Everybody();
        foreach (var chat in new[] { cast.Conversation, cast.Group })
        {
            foreach (var member in new[] { cast.Owner, cast.Member }) (await member.Listen(chat)).Hello.Number("user_id").Should().Be(member.Id);
            foreach (var outsider in new[] { cast.Outsider, cast.Stranger }) await IsClosed(outsider, chat, 4004);
            foreach (var account in new[] { cast.Pending, cast.Deactivated }) await IsClosed(account, chat, 4003);
        }

        await IsClosed(cast.Pending, "", 4003);
        await IsClosed(cast.Deactivated, "", 4003);
        await IsClosed(cast.Owner, "conversations/987654321987/", 4004);
        foreach (var id in new[] { "0", "-1", "abc", "9223372036854775808", "18446744073709551616" }) await IsClosed(cast.Owner, $"conversations/{id}/", 4004);
        await IsClosed(cast.Owner, $"group-chats/{ChatSteps.ChatId(cast.Conversation)}/", 4004);
    }

    private static async Task IsClosed(User user, string chat, int code) => (await (await user.Knock(chat)).Closed()).Should().Be(code, "{0} knocks at {1}", user.Username, chat);

    public sealed class OnSqlite(SqliteServer on) : SocketRoleTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : SocketRoleTests(on), IClassFixture<PostgresServer>;
}
