using System.Text;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>
/// What a stranger writes is shown as he wrote it, wherever it comes up. That no script of his has run, no handler of his
/// is in the page and the policy had nothing to refuse is looked at after each test.
/// </summary>
public sealed class InjectionTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    private const string Markup = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>";
    private const string Quotes = "\"'`--></title><svg onload=window.pwned=1>";
    private const string FileName = "'><img src=x onerror=window.pwned=1>.png";
    private const string Emoji = "<svg/onload=window.pwned=1>";

    [Fact]
    public async Task Markup_in_any_field_is_text()
    {
        User ann = await Admin("ann"), eve = await User("eve.+-").Named(Markup, Quotes);
        await eve.Put("/api/accounts/profile/", new { bio = Markup, profile_image = "https://elsewhere.example/pixel.png" }).Ok();
        var group = await Group(eve, ann);
        await eve.Post($"/api/messaging/{group}send_message/", new { content = Markup, client_message_id = Quotes }).Created();
        var second = await eve.Says(group, Quotes);
        await ann.Post($"/api/messaging/{group}send_message/", new { content = "an answer", reply_to = second.Id() }).Created();
        await eve.Post($"/api/messaging/messages/{second.Id()}/react/", new { emoji = Emoji }).Created();
        await ann.StartsConversation(eve);

        var anns = await Opens(ann);
        var asked = Requests(anns);
        await Expect(anns.Chats).ToContainTextAsync(Markup);
        await anns.Enters("You: an answer");
        await anns.Sees(Markup);
        await anns.Sees(Quotes);
        await Expect(anns.Message("an answer").Locator(".quote")).ToContainTextAsync(Quotes);
        await Expect(anns.Page.Locator(".reaction")).ToContainTextAsync(Emoji);
        await anns.Chooses(Quotes, "Reply");
        await Expect(anns.Page.Locator(".context-box")).ToContainTextAsync(Quotes);
        await anns.Button($"About the group {Markup}").ClickAsync();
        await Expect(anns.Dialog).ToContainTextAsync(Quotes);
        await Expect(anns.Dialog.GetByRole(AriaRole.List, new() { Name = "Members" })).ToContainTextAsync(Markup);
        await anns.Button("Close").ClickAsync();
        await anns.Page.EvaluateAsync("() => { location.hash = '#/admin'; }");
        await Expect(anns.Page.GetByRole(AriaRole.List, new() { Name = "Accounts" })).ToContainTextAsync(Markup);

        var eves = await eve.Listen("");
        await eves.Send(new { type = "typing", group_chat_id = ChatSteps.ChatId(group), is_typing = true });
        await Expect(anns.Chats).ToContainTextAsync("is typing…");
        asked.Should().OnlyContain(url => url.StartsWith(Server.Url.ToString(), StringComparison.Ordinal), "nothing is loaded from elsewhere");
    }

    [Fact]
    public async Task Files_of_any_name_and_content_run_nothing()
    {
        User ann = await User("ann").Named("Ann", "Berger"), eve = await User("eve").Named("Eve", "Adams");
        var chat = await eve.StartsConversation(ann);
        const string Script = "<script>window.pwned=1;fetch('/api/accounts/profile/')</script>";
        await eve.Send(HttpMethod.Post, $"/api/messaging/{chat}send_message/", new Form().With("content", "files")
            .WithFile("attachments", FileName, "image/png", Scene.View())
            .WithFile("attachments", "drawing.svg", "image/svg+xml", Encoding.UTF8.GetBytes($"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"window.pwned=1\">{Script}</svg>"))
            .WithFile("attachments", "page.html", "text/html", Encoding.UTF8.GetBytes($"<!doctype html>{Script}"))
            .WithFile("attachments", "script.js", "text/javascript", "window.pwned=1"u8.ToArray())).Created();
        var anns = await Opens(ann);
        await anns.Enters("Eve Adams");

        await Expect(anns.Messages.GetByRole(AriaRole.Img, new() { Name = FileName })).ToHaveJSPropertyAsync("naturalWidth", 640);
        foreach (var name in new[] { "drawing.svg", "page.html", "script.js" })
        {
            var link = anns.Messages.GetByRole(AriaRole.Link, new() { Name = name });
            var download = await anns.Page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
            download.SuggestedFilename.Should().Be(name);

            // Its address in a page of its own is a download as well, never a page of this origin.
            var other = await anns.Page.Context.NewPageAsync();
            var address = await link.GetAttributeAsync("href");
            await other.RunAndWaitForDownloadAsync(() => other.EvaluateAsync("url => { location.href = url; }", new Uri(Server.Url, address!).ToString()));
            other.Url.Should().Be("about:blank");
            await other.CloseAsync();
        }
    }

    [Fact]
    public async Task Only_web_addresses_become_links()
    {
        User ann = await User("ann").Named("Ann", "Berger"), eve = await User("eve").Named("Eve", "Adams");
        var chat = await eve.StartsConversation(ann);
        await eve.Says(chat, "see https://example.com/a?b=1&c=2. or javascript:window.pwned=1 or data:text/html,<script>window.pwned=1</script> or http://a\"onmouseover=window.pwned=1");
        var anns = await Opens(ann);
        await anns.Enters("Eve Adams");

        var links = anns.Message("see").GetByRole(AriaRole.Link);
        await Expect(links).ToHaveTextAsync(["https://example.com/a?b=1&c=2", "http://a"]);
        foreach (var link in await links.AllAsync())
        {
            await Expect(link).ToHaveAttributeAsync("rel", "noopener noreferrer nofollow");
            await link.HoverAsync();
        }
    }

    [Fact]
    public async Task What_one_writes_oneself_is_text_as_well()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        await ann.StartsConversation(bo);
        Screen anns = await Opens(ann), bos = await Opens(bo);
        await anns.Enters("Bo Lindqvist");
        await bos.Enters("Ann Berger");

        await anns.Says(Markup);
        await bos.Sees(Markup);
        var chooser = await anns.Page.RunAndWaitForFileChooserAsync(() => anns.Button("Attach files").ClickAsync());
        await chooser.SetFilesAsync(new FilePayload { Name = FileName, MimeType = "image/png", Buffer = Scene.View() });
        await Expect(anns.Page.Locator(".tray")).ToContainTextAsync(FileName);
        await anns.Send.ClickAsync();

        await Expect(bos.Messages.Locator(".picture img")).ToHaveJSPropertyAsync("naturalWidth", 640);
        await anns.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search chats" }).FillAsync(Markup);
        await Expect(anns.Chats).ToContainTextAsync("No chat of that name.");
    }

    private static List<string> Requests(Screen screen)
    {
        var asked = new List<string>();
        screen.Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("blob:", StringComparison.Ordinal)) asked.Add(request.Url);
        };
        return asked;
    }

    private static async Task<string> Group(User by, User with)
    {
        var group = await by.Post("/api/messaging/group-chats/", new
        {
            name = Markup,
            description = Quotes,
            organization_id = by.Account.Number("organization_id"),
            member_ids = new[] { with.Id },
        }).Created();
        return $"group-chats/{group.Id()}/";
    }
}
