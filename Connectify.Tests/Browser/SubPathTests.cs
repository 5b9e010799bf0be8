using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>The client and the API reference behind a proxy that serves them under a sub path.</summary>
public sealed class SubPathTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    [Fact]
    public async Task The_client_works_under_a_sub_path()
    {
        await using var proxy = new PrefixProxy(Server.Url, "/chat");
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        var anns = await Opens(new Uri(proxy.Url, "/chat/"));
        var asked = new List<string>();
        anns.Page.Request += (_, request) => asked.Add(request.Url);
        await anns.SignsIn(ann.Username, TestServer.Password);
        await anns.Enters("Bo Lindqvist");
        var bos = await Opens(bo);
        await bos.Enters("Ann Berger");

        var chooser = await anns.Page.RunAndWaitForFileChooserAsync(() => anns.Button("Attach files").ClickAsync());
        await chooser.SetFilesAsync(new FilePayload { Name = "roof.png", MimeType = "image/png", Buffer = Scene.View() });
        await anns.Says("from a sub path");
        await anns.SeesState("from a sub path", "Read");
        await Expect(anns.Messages.GetByRole(AriaRole.Img, new() { Name = "roof.png" })).ToHaveJSPropertyAsync("naturalWidth", 640);
        await bo.Says(chat, "and back");
        await anns.Sees("and back");

        await anns.Page.ReloadAsync();
        await anns.Sees("and back");
        asked.Where(url => !url.StartsWith("blob:", StringComparison.Ordinal)).Should().OnlyContain(url => new Uri(url).AbsolutePath.StartsWith("/chat/"));
        await anns.Button("You and settings").ClickAsync();
        await anns.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Sign out" }).ClickAsync();
        await anns.Page.GetByRole(AriaRole.Link, new() { Name = "API reference" }).ClickAsync();
        await Expect(anns.Page.GetByRole(AriaRole.Heading, new() { Name = "REST", Exact = true })).ToBeVisibleAsync();
        await anns.Page.GotoAsync(new Uri(proxy.Url, "/chat/").ToString());
    }
}
