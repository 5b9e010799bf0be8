using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary><c>?since=</c>: what changed after it, the state now, in the order of seq, before anything new.</summary>
public abstract class ResumeTests(ServerFixture on) : ServerTests(on)
{
    [Theory]
    [InlineData("conversation")]
    [InlineData("group")]
    public async Task What_was_missed_comes_in_order_and_before_anything_new(string kind)
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = kind == "group" ? await ann.StartsGroup(bo) : await ann.StartsConversation(bo);
        var known = await ann.Says(path, "known");
        var missed = new[] { await ann.Says(path, "one"), await ann.Says(path, "two"), await ann.Says(path, "three") };

        var bos = await bo.Listen(path, $"since={known.Number("seq")}");
        var live = await ann.Says(path, "live");

        bos.Hello.Flag("resumed").Should().BeTrue();
        bos.Hello.Number("seq").Should().Be(missed[2].Number("seq"));
        foreach (var message in missed.Append(live))
        {
            var heard = await bos.HearsNext(Frames.Message);
            heard.Number("seq").Should().Be(message.Number("seq"));
            heard.Part("message").GetRawText().Should().Be((await bo.Get($"/api/messaging/messages/{message.Id()}/").Ok()).GetRawText());
        }

        await bos.HearsNothing();
    }

    [Fact]
    public async Task Who_follows_through_a_gap_too_long_to_tell_is_to_come_again()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        await ann.Says(path, "first");
        var bos = await bo.Listen(path);

        const long Last = 10_100;
        await Server.Database.Execute(
            """
            WITH RECURSIVE missed(seq) AS (SELECT 2 UNION ALL SELECT seq + 1 FROM missed WHERE seq < @last)
            INSERT INTO messages (chat_id, seq, created_seq, sender_id, content, created_at, updated_at)
            SELECT @chatId, seq, seq, @ann, 'put', 1, 1 FROM missed;
            UPDATE chats SET last_seq = @last, message_count = @last WHERE id = @chatId
            """,
            new { chatId = ChatSteps.ChatId(path), ann = ann.Id, last = Last },
            default);

        // Its number shows the gap.
        await ann.Says(path, "last");
        (await bos.Closed()).Should().Be(CloseCodes.InternalError);
        var again = await bo.Listen(path, "since=1");
        again.Hello.Flag("resumed").Should().BeFalse();
        again.Hello.Number("seq").Should().Be(Last + 1);
        await again.Hears(await ann.Says(path, "and on"));
    }

    [Fact]
    public async Task Changed_and_deleted_ones_are_told_as_they_are_now()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var old = new List<long>();
        for (var i = 0; i < 4; i++) old.Add((await ann.Says(path, $"old {i}")).Id());
        var since = 4;
        await Edit(ann, old[0], "edited once");
        await bo.Post($"/api/messaging/messages/{old[1]}/react/", new { emoji = "👍" }).Created();
        var fresh = (await ann.Says(path, "fresh")).Id();
        await ann.Delete($"/api/messaging/messages/{old[2]}/").NoContent();
        var brief = (await ann.Says(path, "brief")).Id();
        await Edit(ann, fresh, "fresh and edited");
        await ann.Delete($"/api/messaging/messages/{brief}/").NoContent();
        await Edit(ann, old[0], "edited twice");

        var bos = await bo.Listen(path, $"since={since}");

        bos.Hello.Number("seq").Should().Be(12);
        var reacted = await bos.HearsNext(Frames.MessageUpdated);
        reacted.Part("message").Items("reactions").Single().Text("emoji").Should().Be("👍");
        reacted.Number("seq").Should().Be(6);
        (await bos.HearsNext(Frames.MessageDeleted)).Number("message_id").Should().Be(old[2]);
        var sent = await bos.HearsNext(Frames.Message);
        sent.Part("message").Text("content").Should().Be("fresh and edited");
        sent.Number("seq").Should().Be(10);
        (await bos.HearsNext(Frames.MessageDeleted)).Number("message_id").Should().Be(brief);
        var edited = await bos.HearsNext(Frames.MessageUpdated);
        edited.Part("message").Text("content").Should().Be("edited twice");
        edited.Number("seq").Should().Be(12);
        await bos.HearsNothing();
    }

    [Fact]
    public async Task Nothing_missed_is_resumed_with_nothing()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        (await bo.Listen(path, "since=0")).Hello.Flag("resumed").Should().BeTrue("an empty chat has nothing to miss");
        var seq = (await ann.Says(path, "one")).Number("seq");

        var bos = await bo.Listen(path, $"since={seq}");

        bos.Hello.Flag("resumed").Should().BeTrue();
        await bos.HearsNothing();
        (await bo.Listen(path)).Hello.Flag("resumed").Should().BeFalse("it did not ask");
    }

    [Theory]
    [InlineData("3")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("1.0")]
    [InlineData("%2B1")]
    [InlineData("1%20")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999")]
    [InlineData("1&since=2")]
    [InlineData("%00")]
    public async Task Garbage_and_the_future_resume_nothing(string since)
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        await ann.Says(path, "one");
        await ann.Says(path, "two");

        var bos = await bo.Listen(path, $"since={since}");

        bos.Hello.Flag("resumed").Should().BeFalse();
        bos.Hello.Number("seq").Should().Be(2);
        var live = await ann.Says(path, "live");
        (await bos.HearsNext(Frames.Message)).Part("message").Id().Should().Be(live.Id());
    }

    [Fact]
    public async Task More_than_the_limit_is_fetched_over_rest_instead()
    {
        await using var server = await TestServer.Start(Server.Engine, "--Messaging:ResumeLimit=5");
        User ann = Keep(await Support.User.Register(server, "ann", 1)), bo = Keep(await Support.User.Register(server, "bo", 1));
        var path = await ann.StartsConversation(bo);
        for (var i = 1; i <= 6; i++) await ann.Says(path, $"{i}");

        var tooFar = await bo.Listen(path, "since=0");
        tooFar.Hello.Flag("resumed").Should().BeFalse();
        await tooFar.HearsNothing();
        var justNear = await bo.Listen(path, "since=1");
        justNear.Hello.Flag("resumed").Should().BeTrue();
        for (var i = 2; i <= 6; i++) (await justNear.HearsNext(Frames.Message)).Number("seq").Should().Be(i);
        await justNear.HearsNothing();

        var hub = await bo.JoinHub();
        (await hub.Invoke("Join", new { conversation_id = ChatSteps.ChatId(path), since = 0 })).Flag("resumed").Should().BeFalse();
        await hub.HearsNothing();
        await ann.HangUp();
        await bo.HangUp();
    }

    private static Task Edit(User by, long id, string content) => by.Put($"/api/messaging/messages/{id}/edit/", new { content }).Ok();

    public sealed class OnSqlite(SqliteServer on) : ResumeTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : ResumeTests(on), IClassFixture<PostgresServer>;
}
