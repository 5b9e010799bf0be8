using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;

namespace Connectify.Tests.Browser;

/// <summary>Pictures of the client to look at, in TestResults/screenshots; nothing in them is wider or higher than its screen.</summary>
public sealed class ScreenshotTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    private static readonly string Folder = RepositoryFolder.Of("TestResults", "screenshots");

    [Theory]
    [InlineData("desktop", 1280, 800, ColorScheme.Light)]
    [InlineData("desktop", 1280, 800, ColorScheme.Dark)]
    [InlineData("phone", 390, 844, ColorScheme.Light)]
    [InlineData("phone", 390, 844, ColorScheme.Dark)]
    public async Task Every_page_fits_its_screen(string device, int width, int height, ColorScheme colors)
    {
        User ann = await Admin("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        User carla = await User("carla").Named("Carla", "Mendes"), dmitri = await User("dmitri").Named("Dmitri", "Ivanov");
        var trip = await Scene.Play(ann, bo, carla, dmitri);
        await bo.Listen("");
        var typing = await carla.Listen("");
        var options = new BrowserNewContextOptions
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = colors,
            ReducedMotion = ReducedMotion.Reduce,
            HasTouch = device == "phone",
            IsMobile = device == "phone",
        };
        var name = $"{device}-{colors}".ToLowerInvariant();

        var stranger = await Opens(options: options);
        await Picture(stranger, $"{name}-sign-in");
        await stranger.Button("Create an account").ClickAsync();
        await Picture(stranger, $"{name}-register");

        var screen = await Opens(ann, options: options);
        await Picture(screen, $"{name}-list");
        await screen.Enters("Lisbon offsite");
        await screen.Sees("Looks wonderful");
        await Assertions.Expect(screen.Page.Locator(".picture img")).ToHaveJSPropertyAsync("complete", true);
        await Picture(screen, $"{name}-group");
        await screen.Button("Go to the newest message").ClickAsync();
        await typing.Send(new { type = "typing", group_chat_id = ChatSteps.ChatId(trip), is_typing = true });
        await Assertions.Expect(screen.Typists).ToHaveTextAsync("Carla Mendes is typing…");
        await Picture(screen, $"{name}-client");
        await screen.Message("The route").GetByRole(AriaRole.Button, new() { Name = "Message actions" }).ClickAsync();
        await Picture(screen, $"{name}-menu");
        await screen.Page.Keyboard.PressAsync("Escape");
        await screen.Button("About the group Lisbon offsite").ClickAsync();
        await Picture(screen, $"{name}-group-info");
        await screen.Button("Close").ClickAsync();
        await Pages(screen, name);
    }

    [Theory]
    [InlineData("desktop", 1280, 800, ColorScheme.Light)]
    [InlineData("phone", 390, 844, ColorScheme.Dark)]
    public async Task Every_state_fits_its_screen(string device, int width, int height, ColorScheme colors)
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        await bo.Says(chat, "Here is everything for the meeting. The numbers of the last quarter are in the second file; tell me if one looks odd to you, I'd rather correct it before Thursday.");
        await bo.Send(HttpMethod.Post, $"/api/messaging/{chat}send_message/", new Form().With("content", "")
            .WithFile("attachments", "agenda.pdf", "application/pdf", "%PDF-1.7 agenda"u8.ToArray())
            .WithFile("attachments", "a very long name of a file that goes on and on and does not fit.xlsx", "application/octet-stream", new byte[34_567])
            .WithFile("attachments", "roof.png", "image/png", Scene.View())
            .WithFile("attachments", "hills.png", "image/png", Scene.View())).Created();
        var typing = await bo.Listen(chat);
        await using var line = new CuttableLine(Server.Url);
        var screen = await Opens(ann, line.Url, new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = colors, ReducedMotion = ReducedMotion.Reduce });
        await screen.Enters("Bo Lindqvist");
        await screen.Says("Thanks!");
        await screen.SeesState("Thanks!", "Sent");
        await typing.Send(new { type = "typing", is_typing = true });
        await Assertions.Expect(screen.Typists).ToHaveTextAsync("Bo Lindqvist is typing…");
        var name = $"{device}-{colors}".ToLowerInvariant();
        await Picture(screen, $"{name}-conversation");

        line.Cut();
        await Assertions.Expect(screen.Banner).ToBeVisibleAsync();
        await screen.Says("I'll read it on the train");
        await screen.Chooses("Here is everything", "Reply");
        await screen.Page.Locator("input[type=file]").SetInputFilesAsync([
            new FilePayload { Name = "hills.png", MimeType = "image/png", Buffer = Scene.View() },
            new FilePayload { Name = "comments.txt", MimeType = "text/plain", Buffer = "odd"u8.ToArray() }]);
        await screen.Composer.FillAsync("These two look odd, and this is a longer text that needs more than a single line on any screen there is, I hope.\nA second line.");
        await Picture(screen, $"{name}-outage");
        line.Restore();
        await screen.SeesState("I'll read it on the train", "Sent");
        await screen.Button("Chat options").ClickAsync();
        await screen.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Block Bo Lindqvist" }).ClickAsync();
        await Picture(screen, $"{name}-confirm");
        await screen.Button("Block").ClickAsync();
        await Assertions.Expect(screen.Page.GetByText("You have blocked")).ToBeVisibleAsync();
        await Picture(screen, $"{name}-blocked");
    }

    private static async Task Pages(Screen screen, string name)
    {
        foreach (var (address, page) in new[] { ("#/profile", "profile"), ("#/admin", "admin") })
        {
            await screen.Page.EvaluateAsync("address => { location.hash = address; }", address);
            await Assertions.Expect(screen.Page.GetByRole(AriaRole.Heading, new() { Level = 2 }).First).ToBeVisibleAsync();
            if (page == "admin") await Assertions.Expect(screen.Page.GetByText("4 accounts")).ToBeVisibleAsync();
            await Picture(screen, $"{name}-{page}");
        }

        await screen.Page.EvaluateAsync("() => { location.hash = '#/'; }");
        await screen.Button("New chat").ClickAsync();
        await screen.Page.GetByRole(AriaRole.Menuitem, new() { Name = "New group" }).ClickAsync();
        await screen.Field("Add Bo Lindqvist").ClickAsync();
        await Picture(screen, $"{name}-new-group");
        await screen.Button("Close").ClickAsync();
    }

    private static async Task Picture(Screen screen, string name)
    {
        await screen.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.png") });
        var overflow = await screen.Page.EvaluateAsync<int[]>(
            "() => [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]");
        overflow.Should().OnlyContain(pixels => pixels <= 0, "{0} scrolls inside its lists, never as a whole", name);
    }
}
