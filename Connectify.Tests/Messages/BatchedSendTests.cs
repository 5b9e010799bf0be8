using Connectify.Migrations;
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

/// <summary>Sends that gather are stored together: each is answered for itself, in the order in which they were begun.</summary>
public abstract class BatchedSendTests(ServerFixture on) : TwoInAChat(on)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("conversation")]
    [InlineData("group")]
    public async Task Whatever_is_among_them_the_others_are_stored_in_order(string kind)
    {
        var (ann, bo, chat) = await Two(kind);
        var cy = await User("cy");
        var first = await ann.Post(Send(chat), new { content = "first", client_message_id = "a-1" }).Created();
        var bos = await bo.Listen(chat);

        var outcomes = await AtOnce(
            (ann, Hub(chat, "1")),
            (ann, Hub(chat, "repeated") with { ClientMessageId = "a-1" }),
            (cy, Hub(chat, "an outsider's")),
            (bo, Hub(chat, "2")),
            (ann, Hub(chat, "an answer to nothing") with { ReplyTo = first.Id() + 1_000_000 }),
            (ann, Hub(chat, "3") with { ClientMessageId = "a-2" }),
            (ann, Hub(chat, "repeated at once") with { ClientMessageId = "a-2" }),
            (ann, Hub(Other(chat), "the wrong kind")),
            (bo, Hub(chat, "4") with { ReplyTo = first.Id(), ClientMessageId = "a-1" }));

        outcomes.ConvertAll(outcome => outcome.Rejection?.Code).Should().Equal(
            null, null, kind == "group" ? "not_a_member" : "not_a_participant", null, "reply_not_found", null, null,
            kind == "group" ? "conversation_not_found" : "group_chat_not_found", null);
        outcomes[1].Value.Should().Match<SentMessage>(sent => sent.IsRepeat && sent.Message.Id == first.Id());
        outcomes[6].Value.Should().Match<SentMessage>(sent => sent.IsRepeat && sent.Message.Id == outcomes[5].Value.Message.Id);
        string[] stored = ["1", "2", "3", "4"];
        foreach (var content in stored) (await bos.HearsNext("message")).Part("message").Text("content").Should().Be(content);
        await bos.HearsNothing();
        var page = (await ann.Get(Messages(chat)).Ok()).Items("results").OrderBy(message => message.Id()).ToList();
        page.ConvertAll(message => message.Text("content")).Should().Equal(["first", .. stored]);
        page.ConvertAll(message => message.Number("seq")).Should().Equal(1, 2, 3, 4, 5);
        page[^1].Number("reply_to").Should().Be(first.Id());
        (await bo.Get($"/api/messaging/{chat}").Ok()).Number("seq").Should().Be(5);
    }

    [Fact]
    public async Task Who_is_blocked_in_one_chat_is_heard_in_the_other()
    {
        var (ann, bo, chat) = await Two();
        var group = await ann.StartsGroup(bo);
        await bo.Post("/api/messaging/blocks/", new { blocked_id = ann.Id, organization_id = bo.Account.Number("organization_id") }).Created();

        var outcomes = await AtOnce((ann, Hub(chat, "no")), (ann, Hub(group, "yes")), (bo, Hub(chat, "nor this")), (ann, Hub(group, "still")));

        outcomes.ConvertAll(outcome => outcome.Rejection?.Code).Should().Equal("blocked_by_user", null, "user_blocked", null);
        outcomes[3].Value.Message.Seq.Should().Be(2);
    }

    [Fact]
    public async Task The_same_said_again_keeps_its_place()
    {
        var (ann, _, chat) = await Two();
        string[] said = ["ok", "ok", "and then", "ok", "the end"];

        var outcomes = await AtOnce([.. said.Select(content => (ann, Hub(chat, content) with { Via = SentVia.Socket }))]);

        outcomes.ConvertAll(outcome => outcome.Value.Message.Content).Should().Equal(said);
        outcomes.ConvertAll(outcome => outcome.Value.Message.Seq).Should().Equal(1, 2, 3, 4, 5);
    }

    [Fact]
    public async Task A_copy_of_long_ago_holds_up_nothing()
    {
        var (ann, _, chat) = await Two();
        var old = (await AtOnce((ann, Hub(chat, "ok") with { Via = SentVia.Rest })))[0].Value.Message;
        await Server.Database.Execute("UPDATE messages SET created_at = created_at - 11000 WHERE id = @Id", new { old.Id }, default);

        string[] said = ["so", "ok", "and then"];
        var outcomes = await AtOnce([.. said.Select(content => (ann, Hub(chat, content) with { Via = SentVia.Socket }))]);

        outcomes.ConvertAll(outcome => outcome.Value.Message.Seq).Should().Equal(2, 3, 4);
    }

    [Fact]
    public async Task One_that_breaks_takes_nobody_with_it()
    {
        var (ann, bo, chat) = await Two();
        var sends = Begin((ann, Hub(chat, "before")), (ann, Hub(chat, null!)), (bo, Hub(chat, "after")));

        await FluentActions.Awaiting(() => sends[1]).Should().ThrowAsync<Exception>();
        (await sends[0]).Value.Message.Seq.Should().Be(1);
        (await sends[2]).Value.Message.Seq.Should().Be(2);
        (await ann.Says(chat, "and on")).Number("seq").Should().Be(3);
    }

    [Fact]
    public async Task A_clock_that_was_put_back_does_not_move_a_chat_back()
    {
        var (ann, _, chat) = await Two();
        var later = Timestamp.Now + TimeSpan.FromHours(1);
        await Server.Database.Execute("UPDATE chats SET updated_at = @later WHERE id = @id", new { later, id = ChatSteps.ChatId(chat) }, default);

        (await AtOnce((ann, Hub(chat, "now"))))[0].Value.Message.CreatedAt.Should().Be(later);
    }

    [Fact]
    public async Task In_a_crowd_a_sockets_next_frame_waits_until_its_last_is_stored()
    {
        // A quarter of what may wait, and the batch that is being stored.
        const int Crowd = 5_500;
        var (ann, bo, chat) = await Two();
        var elsewhere = await ann.StartsGroup(bo);
        var anns = await ann.Listen(chat);
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously), release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = HoldWrites(held, release.Task);
        await held.Task.WaitAsync(Timeout);
        var crowd = Begin([.. Enumerable.Range(0, Crowd).Select(i => (bo, Hub(elsewhere, $"{i}")))]);

        await anns.Send(new { type = "message", content = "first" });
        await anns.Send(new { type = "resume", chats = Array.Empty<object>() });
        await anns.HearsNo("error");

        release.SetResult();
        await anns.Hears("error");
        (await anns.Hears("message")).Part("message").Text("content").Should().Be("first");
        (await Task.WhenAll(crowd).WaitAsync(Timeout)).Should().OnlyContain(outcome => outcome.Rejection == null);
        await holding;
    }

    // SQLite has one writer; on PostgreSQL no chat's row can be held meanwhile.
    private Task<int> HoldWrites(TaskCompletionSource held, Task release) => Server.Database.Write(
        async transaction =>
        {
            if (Server.Engine == DatabaseEngine.Postgres) await transaction.Execute("LOCK TABLE chats IN EXCLUSIVE MODE", null, default);
            held.SetResult();
            await release;
            return 0;
        },
        default);

    private async Task<List<Outcome<SentMessage>>> AtOnce(params (User Who, Draft Draft)[] sends) => [.. await Task.WhenAll(Begin(sends))];

    // Faster than the first is stored.
    private List<Task<Outcome<SentMessage>>> Begin(params (User Who, Draft Draft)[] sends)
    {
        var queue = Server.Services.GetRequiredService<MessageWriteQueue>();
        return [.. sends.Select(send => queue.Add(As(send.Who), send.Draft))];
    }

    private static Caller As(User user) => new(user.Id, user.Username, $"{user.Id}-a", user.Id, Timestamp.Now, IsActive: true, IsSuperuser: false);

    private static Draft Hub(string chat, string content) => new() { Chat = Ref(chat), Content = content, Via = SentVia.Hub };

    private static ChatRef Ref(string chat) => new(chat.StartsWith("group", StringComparison.Ordinal) ? ChatKind.Group : ChatKind.Conversation, ChatSteps.ChatId(chat));

    private static string Other(string chat) => $"{(Ref(chat).Kind == ChatKind.Group ? "conversations" : "group-chats")}/{ChatSteps.ChatId(chat)}/";

    public sealed class OnSqlite(SqliteServer on) : BatchedSendTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : BatchedSendTests(on), IClassFixture<PostgresServer>;
}
