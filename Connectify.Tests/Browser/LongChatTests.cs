using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>Chats with a long history: the page holds a part of it, and what is read stays in place.</summary>
public sealed class LongChatTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    private const int MostLoaded = 200;

    [Fact]
    public async Task The_page_holds_a_bounded_part_of_a_long_chat()
    {
        var (anns, bo, chat) = await LongChat(420);
        await anns.Enters("Bo Lindqvist");
        await anns.Sees("message 420.");
        await ScrollUntil(anns, "message 1.", up: true);
        await Expect(anns.Messages).ToHaveCountAsync(MostLoaded);

        await bo.Says(chat, "a new one");
        await Expect(anns.Chat("Bo Lindqvist")).ToContainTextAsync("a new one");
        await anns.SeesNo("a new one");
        await ScrollUntil(anns, "a new one", up: false);
        (await anns.Messages.CountAsync()).Should().BeLessThanOrEqualTo(MostLoaded + 1);

        await ScrollUntil(anns, "message 200.", up: true);
        await anns.Says("written far above");
        await Expect(anns.Message("written far above")).ToBeInViewportAsync(new() { Ratio = 1 });
        await anns.SeesState("written far above", "Sent");
        await anns.Page.EvaluateAsync("() => { location.hash = '#/'; }");
        await anns.Enters("Bo Lindqvist");
        await anns.Sees("written far above");
        (await anns.Messages.CountAsync()).Should().BeLessThanOrEqualTo(100);
    }

    [Fact]
    public async Task A_quote_leads_far_back_without_all_that_lies_between()
    {
        var (anns, bo, chat) = await LongChat(400);
        var page = await bo.Get($"/api/messaging/{chat}messages/?page=4&page_size=100").Ok();
        var old = page.Items("results").Find(message => message.Text("content") == "message 10.");
        await bo.Post($"/api/messaging/{chat}send_message/", new { content = "as I said", reply_to = old.Id() }).Created();
        await anns.Enters("Bo Lindqvist");

        await Expect(anns.Message("as I said")).ToBeInViewportAsync(new() { Ratio = 1 });
        await anns.Message("as I said").Locator(".quote").ClickAsync();

        await Expect(anns.Page.Locator(".is-shown .text")).ToHaveTextAsync("message 10.");
        await Expect(anns.Message("message 10.")).ToBeInViewportAsync();
        (await anns.Messages.CountAsync()).Should().BeLessThan(150);
        await bo.Put($"/api/messaging/messages/{old.Id()}/edit/", new { content = "message ten" }).Ok();
        await anns.Sees("message ten");
        await anns.Button("Go to the newest message").ClickAsync();
        await Expect(anns.Message("as I said")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task What_is_being_read_stays_in_place()
    {
        var (anns, bo, chat) = await LongChat(60);
        await anns.Enters("Bo Lindqvist");
        await anns.Sees("message 60.");
        await anns.Message("message 40.").EvaluateAsync("item => item.scrollIntoView({ block: 'start' })");
        await Expect(anns.Button("Go to the newest message")).ToBeVisibleAsync();
        var before = await Top(anns, "message 45.");
        var page = await bo.Get($"/api/messaging/{chat}messages/?page_size=40").Ok();
        var above = page.Items("results").Find(message => message.Text("content") == "message 30.");

        await bo.Post($"/api/messaging/messages/{above.Id()}/react/", new { emoji = "👍" }).Created();
        await Expect(anns.Message("message 30.").Locator(".reaction")).ToHaveCountAsync(1);
        await bo.Says(chat, "a new one");
        await anns.Sees("a new one");

        (await Top(anns, "message 45.")).Should().BeApproximately(before, 1);
    }

    private static Task<double> Top(Screen screen, string text)
        => screen.Message(text).EvaluateAsync<double>("item => item.getBoundingClientRect().top");

    private static async Task ScrollUntil(Screen screen, string text, bool up)
    {
        await screen.Page.EvaluateAsync(
            """
            async ([text, up]) => {
              const log = document.querySelector(".log");
              const isThere = () => [...log.querySelectorAll(".text")].some((one) => one.textContent === text);
              for (let tries = 0; !isThere() && tries < 1000; tries++) {
                log.scrollTop = up ? 0 : log.scrollHeight;
                await new Promise((resolve) => setTimeout(resolve, 20));
              }
            }
            """,
            new object[] { text, up });
        await screen.Sees(text);
    }

    private async Task<(Screen Anns, User Bo, string Chat)> LongChat(int length)
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        var anns = await ann.Listen(chat);
        var ids = await ReadingTests.Say(await bo.Listen(chat), "message", length);
        await anns.Send(new { type = Frames.ReadMessages, message_ids = ids });
        await anns.HearsUntilNow();
        return (await Opens(ann), bo, chat);
    }
}
