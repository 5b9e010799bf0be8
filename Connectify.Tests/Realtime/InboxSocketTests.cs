using System.Diagnostics;
using System.Text.Json;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>One socket for all chats, those joined and left later too.</summary>
public abstract class InboxSocketTests(ServerFixture on) : ServerTests(on)
{
    // A resume has a second from hello on; a test that was held up for longer comes again.
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(0.7);

    [Fact]
    public async Task It_hears_every_chat_and_says_which()
    {
        User ann = await User("ann"), bo = await User("bo"), cy = await User("cy"), eve = await User("eve");
        string conversation = await ann.StartsConversation(bo), group = await cy.StartsGroup(ann);
        var foreign = await bo.StartsConversation(eve);
        var all = await ann.Listen("");
        all.Hello.Has("seq").Should().BeFalse();
        all.Hello.Number("user_id").Should().Be(ann.Id);

        var inOne = await bo.Says(conversation, "one");
        var inOther = await cy.Says(group, "other");
        await bo.Says(foreign, "not for ann");

        (await all.Hears(inOne)).Number("conversation_id").Should().Be(ChatSteps.ChatId(conversation));
        (await all.Hears(inOther)).Number("group_chat_id").Should().Be(ChatSteps.ChatId(group));
        await all.HearsNo(Frames.Message);
        await all.Send(new { type = Frames.Message, content = "mine", group_chat_id = ChatSteps.ChatId(group) });
        (await all.Hears(Frames.Message)).Part("message").Number("sender_id").Should().Be(ann.Id);
    }

    [Fact]
    public async Task Chats_come_by_themselves_with_what_was_said_in_them_first()
    {
        User ann = await User("ann"), bo = await User("bo");
        var all = await bo.Listen("");

        var started = await ann.Post("/api/messaging/conversations/", new { participant_id = bo.Id, organization_id = await Organization(), initial_message = "hi" }).Created();
        var added = await all.HearsNext(Frames.ChatAdded);
        added.Number("conversation_id").Should().Be(started.Id());
        added.Number("seq").Should().Be(1);
        (await all.HearsNext(Frames.Message)).Part("message").Text("content").Should().Be("hi");

        var group = await ann.StartsGroup();
        await ann.Says(group, "before bo");
        await ann.Post($"/api/messaging/{group}add_members/", new { member_ids = new[] { bo.Id } }).Ok();
        (await all.Hears(Frames.ChatAdded)).Number("group_chat_id").Should().Be(ChatSteps.ChatId(group));
        var sent = await ann.Says(group, "with bo");
        await all.Hears(sent);
        await all.HearsNo(Frames.Message);
    }

    [Fact]
    public async Task Chats_that_go_and_come_back_go_and_come_back()
    {
        User ann = await User("ann"), bo = await User("bo");
        var group = await ann.StartsGroup(bo);
        var all = await bo.Listen("");
        await all.Send(new { type = Frames.Resume, chats = Array.Empty<object>() });
        for (var i = 0; i < 3; i++)
        {
            await ann.Post($"/api/messaging/{group}remove_member/", new { member_id = bo.Id }).Ok();
            (await all.Hears(Frames.ChatRemoved)).Number("group_chat_id").Should().Be(ChatSteps.ChatId(group));
            await ann.Says(group, "behind his back");
            await ann.Post($"/api/messaging/{group}add_members/", new { member_ids = new[] { bo.Id } }).Ok();
            await all.Hears(Frames.ChatAdded);
            var sent = await ann.Says(group, "welcome back");
            (await all.Hears(Frames.Message)).Part("message").Id().Should().Be(sent.Id());
        }
    }

    [Fact]
    public async Task Resume_tells_chat_by_chat_what_was_missed_before_anything_new()
    {
        User ann = await User("ann"), bo = await User("bo");
        string conversation = await ann.StartsConversation(bo), group = await ann.StartsGroup(bo), quiet = await ann.StartsGroup(bo);
        var known = await ann.Says(conversation, "known");
        List<JsonElement> missed = [await ann.Says(conversation, "missed")];
        var first = await ann.Says(group, "first");
        PlainSocket all;
        Stopwatch sinceHello;
        do
        {
            all = await bo.Listen("");
            sinceHello = Stopwatch.StartNew();
            missed.Add(await ann.Says(conversation, "while it came back"));
            await all.Send(new
            {
                type = Frames.Resume,
                chats = new object[]
                {
                    new { conversation_id = ChatSteps.ChatId(conversation), since = known.Number("seq") },
                    new { group_chat_id = ChatSteps.ChatId(group), since = 0 },
                    new { group_chat_id = ChatSteps.ChatId(quiet), since = "x" },
                },
            });
        }
        while (sinceHello.Elapsed > InTime);

        var one = await all.HearsNext(Frames.Resumed);
        one.Number("conversation_id").Should().Be(ChatSteps.ChatId(conversation));
        one.Flag("resumed").Should().BeTrue();
        one.Number("seq").Should().Be(missed[^1].Number("seq"));
        foreach (var message in missed) (await all.HearsNext(Frames.Message)).Part("message").Id().Should().Be(message.Id());
        (await all.HearsNext(Frames.Resumed)).Number("group_chat_id").Should().Be(ChatSteps.ChatId(group));
        (await all.HearsNext(Frames.Message)).Part("message").Id().Should().Be(first.Id());
        var garbage = await all.HearsNext(Frames.Resumed);
        garbage.Flag("resumed").Should().BeFalse();
        garbage.Number("seq").Should().Be(0);
        await all.Hears(await ann.Says(quiet, "live again"));
    }

    [Fact]
    public async Task A_chat_that_one_is_not_in_is_an_error_and_the_others_resume()
    {
        User ann = await User("ann"), bo = await User("bo"), eve = await User("eve");
        string mine = await ann.StartsConversation(bo), theirs = await ann.StartsConversation(eve);
        var missed = await ann.Says(mine, "missed");
        await ann.Says(theirs, "secret");
        var all = await bo.Listen("");

        await all.Send(new
        {
            type = Frames.Resume,
            chats = new object[]
            {
                new { conversation_id = ChatSteps.ChatId(theirs), since = 0 },
                new { group_chat_id = ChatSteps.ChatId(mine), since = 0 },
                new { conversation_id = ChatSteps.ChatId(mine), since = 0 },
                new { conversation_id = ChatSteps.ChatId(mine), since = 0 },
            },
        });

        (await all.HearsNext(Frames.Error)).Text("code").Should().Be("not_a_participant");
        (await all.HearsNext(Frames.Error)).Text("code").Should().Be("group_chat_not_found");
        await all.HearsNext(Frames.Resumed);
        (await all.HearsNext(Frames.Message)).Part("message").Id().Should().Be(missed.Id());
        await ann.Says(theirs, "still secret");
        await all.Hears(await ann.Says(mine, "live"));
        await all.HearsNo(Frames.Message, Frames.Resumed);
    }

    [Fact]
    public async Task Unread_follows_messages_and_reads_of_other_devices()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var phone = Keep(await bo.OnAnotherDevice());
        PlainSocket all = await bo.Listen(""), anns = await ann.Listen(""), phones = await phone.Listen(path);
        foreach (var socket in new[] { all, anns }) await socket.Send(new { type = Frames.Resume, chats = Array.Empty<object>() });

        var one = await ann.Says(path, "one");
        await Counts(1);
        var two = await ann.Says(path, "two");
        await Counts(2);
        await phones.Send(new { type = Frames.Read, message_id = two.Id() });
        await Counts(1);
        await anns.HearsNo(Frames.Unread);
        await ann.Delete($"/api/messaging/messages/{one.Id()}/").NoContent();
        await Counts(0);

        async Task Counts(long unread)
        {
            var frame = await all.Hears(Frames.Unread, frame => frame.Number("unread_count") == unread);
            frame.Number("conversation_id").Should().Be(ChatSteps.ChatId(path));
        }
    }

    [Fact]
    public async Task Unread_counts_what_came_between_two_sockets()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        for (var unread = 1; unread <= 5; unread += 2)
        {
            var all = await bo.Listen("");
            await all.Send(new { type = Frames.Resume, chats = Array.Empty<object>() });
            await ann.Says(path, "while it is open");
            (await all.Hears(Frames.Unread)).Number("unread_count").Should().Be(unread);
            await bo.HangUp();
            await ann.Says(path, "while it is closed");
        }
    }

    [Fact]
    public async Task Resume_says_how_much_is_unread_now()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        var chats = new[] { new { conversation_id = ChatSteps.ChatId(path), since = 0 } };
        var missed = await ann.Says(path, "missed");
        await ann.Says(path, "missed too");

        var all = await bo.Listen("");
        await all.Send(new { type = Frames.Resume, chats });
        (await all.Hears(Frames.Unread)).Number("unread_count").Should().Be(2);
        await bo.HangUp();
        await bo.Post($"/api/messaging/{path}read/", new { message_id = missed.Id() }).Ok();
        all = await bo.Listen("");
        await all.Send(new { type = Frames.Resume, chats = new[] { new { conversation_id = ChatSteps.ChatId(path), since = 2 } } });
        (await all.Hears(Frames.Unread)).Number("unread_count").Should().Be(1, "another device has read one");
    }

    public sealed class OnSqlite(SqliteServer on) : InboxSocketTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : InboxSocketTests(on), IClassFixture<PostgresServer>;
}
