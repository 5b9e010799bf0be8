using Connectify.Server.Authentication;
using Connectify.Server.Kernel;
using Connectify.Server.Messages;
using Connectify.Server.Messages.Sending;
using Connectify.Server.Storage;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Messages;

/// <summary>Who may send is decided in the SQL of each way to store a message: what one of them refuses, all do.</summary>
public abstract class SendRefusalTests(ServerFixture on) : TwoInAChat(on)
{
    private const string Alone = "alone", Together = "together", WithAFile = "with a file";

    public static TheoryData<string, string> Refusals()
    {
        var all = new TheoryData<string, string>();
        foreach (var refusal in new[] { "outside", "removed", "out of the organization", "blocked", "blocking", "closed", "of the other kind", "reply to another chat" })
        {
            foreach (var way in new[] { Alone, Together, WithAFile }) all.Add(refusal, way);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_send_that_is_refused_is_refused_in_every_way(string refusal, string way)
    {
        var (ann, bo, chat) = await Two(refusal == "removed" || refusal == "outside" ? "group" : "conversation");
        var other = await bo.StartsGroup(ann);
        var sender = refusal == "outside" ? await User("eve") : ann;
        var (path, replyTo) = (chat, (long?)null);
        var detail = refusal switch
        {
            "outside" => "You are not a member of this group chat",
            "removed" => await Removed(),
            "out of the organization" => await Gone(),
            "blocked" => await Blocks(bo, ann, "You have been blocked by this user"),
            "blocking" => await Blocks(ann, bo, "You have blocked this user"),
            "closed" => await Closed(),
            "of the other kind" => OtherKind(),
            _ => await Reply(),
        };

        var refused = way == WithAFile ? await SendFile(sender, path, replyTo) : await Queue(sender, path, replyTo, bo, way == Together ? other : null);

        refused.Should().Be(detail);
        (await Server.Database.FirstOrDefault<long>("SELECT count(*) FROM messages WHERE chat_id = @id", new { id = ChatSteps.ChatId(chat) }, default)).Should().Be(0);

        async Task<string> Removed()
        {
            await ann.Post($"/api/messaging/{chat}change_role/", new { member_id = bo.Id, role = "admin" }).Ok();
            await bo.Post($"/api/messaging/{chat}remove_member/", new { member_id = ann.Id });
            return "You are not a member of this group chat";
        }

        async Task<string> Gone()
        {
            await Server.Database.Execute("DELETE FROM organization_members WHERE user_id = @Id", new { ann.Id }, default);
            return "Conversation not found";
        }

        async Task<string> Closed()
        {
            await bo.Delete($"/api/messaging/{chat}").NoContent();
            return "Conversation not found";
        }

        string OtherKind()
        {
            path = $"group-chats/{ChatSteps.ChatId(chat)}/";
            return "Group chat not found";
        }

        async Task<string> Reply()
        {
            replyTo = (await bo.Says(other, "elsewhere")).Id();
            return "The message replied to is not in this chat";
        }

        async Task<string> Blocks(User blocker, User blocked, string sentence)
        {
            await blocker.Post("/api/messaging/blocks/", new { blocked_id = blocked.Id, organization_id = await Organization() }).Created();
            return sentence;
        }
    }

    /// <summary>Puts a send into the queue; together with others that are stored, where there is another chat.</summary>
    private async Task<string?> Queue(User sender, string path, long? replyTo, User other, string? otherChat)
    {
        var queue = Server.Services.GetRequiredService<MessageWriteQueue>();
        IEnumerable<Task<Outcome<SentMessage>>> Others() => otherChat is null ? [] : Enumerable.Range(0, 3).Select(_ => queue.Add(Caller(other), Draft(otherChat, null)));

        // The first is stored at once, the rest together after it.
        List<Task<Outcome<SentMessage>>> before = [.. Others()];
        var refused = queue.Add(Caller(sender), Draft(path, replyTo));
        foreach (var stored in before.Concat([.. Others()])) (await stored).Rejection.Should().BeNull();
        return (await refused).Rejection?.Detail;
    }

    private static async Task<string?> SendFile(User sender, string path, long? replyTo)
    {
        using var form = new Form().With("content", "hi").WithFile("attachments", "a.txt", "text/plain", "a"u8.ToArray());
        if (replyTo is { } id) form.With("reply_to", $"{id}");
        var reply = await sender.Send(HttpMethod.Post, $"/api/messaging/{path}send_message/", form);
        reply.Status.Should().BeGreaterThanOrEqualTo(400);
        return reply.Detail;
    }

    private static Caller Caller(User user) => new(user.Id, user.Username, "", user.Id, Timestamp.Now, IsActive: true, IsSuperuser: false);

    private static Draft Draft(string path, long? replyTo) => new()
    {
        Chat = new ChatRef(path.StartsWith("group", StringComparison.Ordinal) ? ChatKind.Group : ChatKind.Conversation, ChatSteps.ChatId(path)),
        Content = "hi",
        ReplyTo = replyTo,
        Via = SentVia.Hub,
    };

    public sealed class OnSqlite(SqliteServer on) : SendRefusalTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : SendRefusalTests(on), IClassFixture<PostgresServer>;
}
