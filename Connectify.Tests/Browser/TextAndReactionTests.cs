using Connectify.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>How messages are shown: links, reactions, days.</summary>
public sealed class TextAndReactionTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    [Theory]
    [InlineData("see https://en.wikipedia.org/wiki/Foo_(bar)", "https://en.wikipedia.org/wiki/Foo_(bar)")]
    [InlineData("(see https://en.wikipedia.org/wiki/Foo_(bar)).", "https://en.wikipedia.org/wiki/Foo_(bar)")]
    [InlineData("[https://a.example/x[1]]", "https://a.example/x[1]")]
    [InlineData("https://a.example/x), then", "https://a.example/x")]
    [InlineData("https://a.example/(((", "https://a.example/")]
    [InlineData("请看https://a.example/b。然后", "https://a.example/b")]
    [InlineData("https://a.example/b！", "https://a.example/b")]
    [InlineData("https://a.example/b，https://a.example/c、d", "https://a.example/b", "https://a.example/c")]
    [InlineData("「https://a.example/b」を見て（https://a.example/c）", "https://a.example/b", "https://a.example/c")]
    [InlineData("https://a.example/Schrödinger's_cat isn't 'https://a.example/d'.", "https://a.example/Schrödinger's_cat", "https://a.example/d")]
    public async Task Links_keep_their_brackets_and_lose_the_sentences_punctuation(string text, params string[] links)
    {
        var (anns, bo, chat) = await InChat();
        await bo.Says(chat, text);

        await Expect(anns.Message(text).GetByRole(AriaRole.Link)).ToHaveTextAsync(links);
        await Expect(anns.Message(text).Locator(".text")).ToHaveTextAsync(text);
    }

    [Fact]
    public async Task A_heart_with_and_without_its_variation_selector_is_one_reaction()
    {
        var (anns, bo, chat) = await InChat();
        var message = await bo.Says(chat, "done!");
        await bo.Post($"/api/messaging/messages/{message.Id()}/react/", new { emoji = "❤" }).Created();
        await Expect(anns.Button("❤️ 1, Bo Lindqvist")).ToBeVisibleAsync();

        await anns.Chooses("done!", "React with ❤️");
        await Expect(anns.Page.Locator(".reaction")).ToHaveTextAsync("❤️2");
        await Expect(anns.Page.Locator(".reaction")).ToHaveAttributeAsync("aria-pressed", "true");
        await anns.Page.Locator(".reaction").ClickAsync();
        await Expect(anns.Button("❤️ 1, Bo Lindqvist")).ToBeVisibleAsync();

        await bo.Post($"/api/messaging/messages/{message.Id()}/react/", new { emoji = "👍" }).Created();
        await Expect(anns.Page.Locator(".reaction")).ToHaveTextAsync(["❤️1", "👍1"]);
    }

    [Fact]
    public async Task Today_becomes_yesterday_at_midnight()
    {
        var (anns, bo, chat) = await InChat();
        var sent = DateTime.Parse((await bo.Says(chat, "good evening")).Text("created_at"), null).ToLocalTime();
        await anns.Page.Clock.InstallAsync(new() { TimeDate = sent.Date.AddHours(23).AddMinutes(59).AddSeconds(30) });
        await anns.Page.ReloadAsync();
        await Expect(anns.Message("good evening").Locator(".day")).ToHaveTextAsync("Today");
        var time = await anns.Chat("Bo Lindqvist").GetByRole(AriaRole.Time).TextContentAsync();

        await anns.Page.Clock.RunForAsync("00:31");

        await Expect(anns.Message("good evening").Locator(".day")).ToHaveTextAsync("Yesterday");
        await Expect(anns.Chat("Bo Lindqvist").GetByRole(AriaRole.Time)).Not.ToHaveTextAsync(time!);
    }

    private async Task<(Screen Anns, User Bo, string Chat)> InChat()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        var anns = await Opens(ann);
        await anns.Enters("Bo Lindqvist");
        return (anns, bo, chat);
    }
}
