using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>Two people with a browser each.</summary>
public sealed class ChattingTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    [Fact]
    public async Task Somebody_is_found_written_to_and_reads_it()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        Screen anns = await Opens(ann), bos = await Opens(bo);

        await anns.Button("New chat").ClickAsync();
        await anns.Page.GetByRole(AriaRole.Menuitem, new() { Name = "New conversation" }).ClickAsync();
        await anns.Field("Search people").FillAsync("lind");
        await anns.Button("Chat with Bo Lindqvist").ClickAsync();
        await anns.Says("Hello Bo!");

        await Expect(bos.Chat("Ann Berger").Locator(".badge")).ToHaveTextAsync("1");
        await Expect(bos.Page).ToHaveTitleAsync("(1) Connectify");
        await Expect(bos.Chat("Ann Berger").Locator(".dot")).ToBeVisibleAsync();
        await anns.SeesState("Hello Bo!", "Sent");
        await bos.Enters("Ann Berger");
        await bos.Sees("Hello Bo!");
        await anns.SeesState("Hello Bo!", "Read");
        await Expect(bos.Page).ToHaveTitleAsync("Connectify");

        await bos.Composer.PressSequentiallyAsync("I am");
        await Expect(anns.Typists).ToHaveTextAsync("Bo Lindqvist is typing…");
        await bos.Says("I am here");
        await anns.Sees("I am here");
        await Expect(anns.Typists).ToBeEmptyAsync();
    }

    [Fact]
    public async Task A_reply_a_reaction_an_edit_and_a_deletion_are_seen_at_once()
    {
        var (anns, bos) = await Together();
        await anns.Says("Where do we meet?");
        await bos.Sees("Where do we meet?");

        await bos.Chooses("Where do we meet?", "Reply");
        await Expect(bos.Page.GetByText("Reply to Ann Berger")).ToBeVisibleAsync();
        await bos.Says("At teh station");
        await Expect(anns.Message("At teh station").Locator(".quote")).ToHaveTextAsync("YouWhere do we meet?");

        await bos.Chooses("At teh station", "Edit");
        await Expect(bos.Composer).ToHaveValueAsync("At teh station");
        await bos.Says("At the station");
        await anns.Sees("At the station");
        await Expect(anns.Message("At the station").GetByText("edited")).ToBeVisibleAsync();

        await anns.Chooses("At the station", "React with 👍");
        await Expect(bos.Button("👍 1, Ann Berger")).ToBeVisibleAsync();
        await bos.Button("👍 1, Ann Berger").ClickAsync();
        await Expect(anns.Page.Locator(".reaction")).ToHaveTextAsync("👍2");
        await anns.Page.Locator(".reaction").ClickAsync();
        await Expect(bos.Button("👍 1, You")).ToBeVisibleAsync();

        await bos.Chooses("At the station", "Delete");
        await bos.Dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await anns.SeesNo("At the station");
        await bos.SeesNo("At the station");
        await Expect(anns.Messages).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_reply_to_what_is_deleted_says_so_and_a_quote_leads_to_its_message()
    {
        var (anns, bos) = await Together();
        await anns.Says("first");
        await anns.Says("second");
        await bos.Sees("second");
        await bos.Chooses("first", "Reply");
        await bos.Says("an answer");
        await anns.Sees("an answer");

        await anns.Message("an answer").Locator(".quote").ClickAsync();
        await Expect(anns.Page.Locator(".is-shown .text")).ToHaveTextAsync("first");
        await anns.Chooses("first", "Delete");
        await anns.Dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();

        await Expect(bos.Message("an answer").Locator(".quote")).ToHaveTextAsync("Deleted message");
        await Expect(anns.Message("an answer").Locator(".quote")).ToHaveTextAsync("Deleted message");
    }

    [Fact]
    public async Task Older_messages_come_as_one_scrolls_up()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        for (var i = 1; i <= 90; i++) await ann.Says(chat, $"message {i}.");
        var anns = await Opens(ann);

        await anns.Enters("Bo Lindqvist");
        await anns.Sees("message 90.");
        await Expect(anns.Messages).ToHaveCountAsync(60);
        await anns.Page.Locator(".log").EvaluateAsync("log => { log.scrollTop = 0; }");
        await Expect(anns.Messages).ToHaveCountAsync(90);
        await Expect(anns.Message("message 31.")).ToBeInViewportAsync();
        (await anns.Messages.AllInnerTextsAsync()).Select(text => text.Split("message ")[1].Split('.')[0])
            .Should().Equal(Enumerable.Range(1, 90).Select(i => $"{i}"));

        await bo.Says(chat, "and a new one");
        await anns.Button("Go to the newest message").ClickAsync();
        await Expect(anns.Message("and a new one")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task What_is_unread_and_what_one_sends_is_in_sight_at_the_end_of_a_long_history()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        for (var i = 1; i <= 40; i++) await ann.Says(chat, $"message {i}.");
        await bo.Says(chat, "the only unread one");
        var anns = await Opens(ann);

        await anns.Enters("Bo Lindqvist");
        await Expect(anns.Message("the only unread one")).ToBeInViewportAsync(new() { Ratio = 1 });
        await anns.Says("my answer");
        await Expect(anns.Message("my answer")).ToBeInViewportAsync(new() { Ratio = 1 });
        await anns.SeesState("my answer", "Sent");

        await anns.Page.Locator(".log").EvaluateAsync("log => { log.scrollTop = 0; }");
        await Expect(anns.Button("Go to the newest message")).ToBeVisibleAsync();
        await anns.Says("written while reading above");
        await Expect(anns.Message("written while reading above")).ToBeInViewportAsync(new() { Ratio = 1 });
    }

    [Fact]
    public async Task What_happened_before_the_answer_to_a_send_stays()
    {
        var (anns, bos) = await Together();
        var isHeard = new TaskCompletionSource();
        await anns.Page.RouteAsync("**/send_message/", async route =>
        {
            var answer = await route.FetchAsync();
            await isHeard.Task.WaitAsync(TimeSpan.FromSeconds(60));
            await route.FulfillAsync(new() { Response = answer });
        });

        await anns.Says("Read before you know");
        await bos.Chooses("Read before you know", "React with 👍");
        await anns.SeesState("Read before you know", "Read");
        await Expect(anns.Button("👍 1, Bo Lindqvist")).ToBeVisibleAsync();
        isHeard.SetResult();
        // Sends of one chat wait for one another: the second's state tells that the first's answer was taken in.
        await anns.Says("and then");
        await anns.SeesState("and then", "Read");

        await anns.SeesState("Read before you know", "Read");
        await Expect(anns.Button("👍 1, Bo Lindqvist")).ToBeVisibleAsync();
    }

    private async Task<(Screen Anns, Screen Bos)> Together()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        await ann.StartsConversation(bo);
        Screen anns = await Opens(ann), bos = await Opens(bo);
        await anns.Enters("Bo Lindqvist");
        await bos.Enters("Ann Berger");
        return (anns, bos);
    }
}
