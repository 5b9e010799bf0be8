using System.Text;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>Files, chosen, pasted and dropped.</summary>
public sealed class FileTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    [Fact]
    public async Task A_picture_is_previewed_sent_with_its_progress_and_shown_in_place()
    {
        var (anns, bos, _) = await Together();
        await Choose(anns, new FilePayload { Name = "roof.png", MimeType = "image/png", Buffer = Scene.View() });
        await Expect(anns.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "roof.png" }).GetByRole(AriaRole.Presentation)).ToBeVisibleAsync();
        await anns.Says("the view");

        await Expect(Picture(bos, "roof.png")).ToHaveJSPropertyAsync("naturalWidth", 640);
        await Expect(Picture(anns, "roof.png")).ToHaveJSPropertyAsync("naturalWidth", 640);
        await Expect(bos.Message("the view")).ToHaveCountAsync(1);
        await bos.Button("Open roof.png").ClickAsync();
        await Expect(bos.Dialog.GetByRole(AriaRole.Img, new() { Name = "roof.png" })).ToBeVisibleAsync();
        await bos.Page.Keyboard.PressAsync("Escape");
        await Expect(bos.Dialog).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_large_file_shows_how_far_it_is()
    {
        var (anns, bos, _) = await Together();
        var network = await anns.Page.Context.NewCDPSessionAsync(anns.Page);
        await network.SendAsync("Network.enable");
        await Throttle(network, 100_000);
        await Choose(anns, new FilePayload { Name = "notes.bin", MimeType = "application/octet-stream", Buffer = new byte[1_500_000] });
        await anns.Send.ClickAsync();

        await Expect(anns.Page.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        await Expect(anns.Page.GetByRole(AriaRole.Progressbar)).Not.ToHaveJSPropertyAsync("value", 0);
        await Throttle(network, -1);

        var file = bos.Page.GetByRole(AriaRole.Link, new() { Name = "notes.bin 1.5 MB" });
        var download = await bos.Page.RunAndWaitForDownloadAsync(() => file.ClickAsync());
        download.SuggestedFilename.Should().Be("notes.bin");
        new FileInfo(await download.PathAsync()).Length.Should().Be(1_500_000);
        await Expect(anns.Page.GetByRole(AriaRole.Progressbar)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Files_open_when_the_addresses_that_the_page_has_of_them_have_ended()
    {
        var (anns, bos, _) = await Together();
        await Choose(anns, new FilePayload { Name = "notes.bin", MimeType = "application/octet-stream", Buffer = new byte[1_000] });
        await Choose(anns, new FilePayload { Name = "roof.png", MimeType = "image/png", Buffer = Scene.View() });
        await anns.Says("both");
        await Expect(Picture(bos, "roof.png")).ToHaveJSPropertyAsync("naturalWidth", 640);
        const string Ends = "one => { const name = one.src ? 'src' : 'href'; one[name] = one[name].replace(/expires=\\d+/, 'expires=1'); }";

        await bos.Page.Locator("a.file").EvaluateAsync(Ends);
        var file = await bos.Page.RunAndWaitForDownloadAsync(() => bos.Page.Locator("a.file").ClickAsync());
        (await file.FailureAsync()).Should().BeNull();
        new FileInfo(await file.PathAsync()).Length.Should().Be(1_000);

        await Picture(bos, "roof.png").EvaluateAsync(Ends);
        await bos.Button("Open roof.png").ClickAsync();
        await Expect(bos.Dialog.GetByRole(AriaRole.Img, new() { Name = "roof.png" })).ToHaveJSPropertyAsync("naturalWidth", 640);
        var download = bos.Dialog.GetByRole(AriaRole.Link, new() { Name = "Download" });
        await download.EvaluateAsync(Ends);
        var picture = await bos.Page.RunAndWaitForDownloadAsync(() => download.ClickAsync());
        (await picture.FailureAsync()).Should().BeNull();
        new FileInfo(await picture.PathAsync()).Length.Should().Be(Scene.View().Length);
    }

    [Fact]
    public async Task Files_are_dropped_pasted_and_taken_out_again()
    {
        var (anns, bos, _) = await Together();

        await Give(anns, ".chat", "drop", "dropped.txt");
        await Give(anns, ".composer textarea", "paste", "pasted.txt");
        await Give(anns, ".chat", "drop", "unwanted.txt");
        await anns.Button("Remove unwanted.txt").ClickAsync();
        await anns.Send.ClickAsync();

        await Expect(bos.Page.Locator(".messages .file-name")).ToHaveTextAsync(["dropped.txt", "pasted.txt"]);
    }

    [Theory]
    [InlineData("Enter")]
    [InlineData("Escape")]
    public async Task A_draft_waits_with_its_files_while_a_message_is_edited(string ends)
    {
        var (anns, bos, _) = await Together();
        await bos.Says("what do you see?");
        await anns.Says("the rof");
        await anns.SeesState("the rof", "Read");
        await anns.Chooses("what do you see?", "Reply");
        await anns.Composer.FillAsync("and this is it");
        await Choose(anns, new FilePayload { Name = "roof.png", MimeType = "image/png", Buffer = Scene.View() });
        await Expect(anns.Button("Remove roof.png")).ToBeVisibleAsync();

        await anns.Chooses("the rof", "Edit");
        await Expect(anns.Button("Remove roof.png")).ToHaveCountAsync(0);
        await anns.Composer.FillAsync("the roof");
        await anns.Composer.PressAsync(ends);

        await bos.Sees(ends == "Enter" ? "the roof" : "the rof");
        await Expect(anns.Composer).ToHaveValueAsync("and this is it");
        await Expect(anns.Page.GetByText("Reply to Bo Lindqvist")).ToBeVisibleAsync();
        await anns.Send.ClickAsync();
        await Expect(Picture(bos, "roof.png")).ToHaveJSPropertyAsync("naturalWidth", 640);
        await Expect(bos.Message("and this is it").Locator(".quote")).ToContainTextAsync("what do you see?");
    }

    [Fact]
    public async Task A_file_that_is_too_large_says_so_and_can_be_taken_out()
    {
        await using var strict = await TestServer.Start(Server.Engine, "--Attachments:MaxFileBytes=1000");
        User ann = Keep(await Support.User.Register(strict, "ann", 1)), bo = Keep(await Support.User.Register(strict, "bo", 1));
        await ann.StartsConversation(bo);
        var anns = await Opens(ann, strict.Url);
        await anns.Enters("bo Tester");

        await Choose(anns, new FilePayload { Name = "big.txt", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes(new string('x', 2000)) });
        await anns.Says("here it is");
        await anns.Composer.FillAsync("begun meanwhile");

        await Expect(anns.Messages.Last.GetByRole(AriaRole.Alert)).ToContainTextAsync("Not sent: ");
        await Expect(anns.Button("Try again")).ToHaveCountAsync(0);
        await anns.Button("Edit").ClickAsync();
        await Expect(anns.Messages).ToHaveCountAsync(0);
        await Expect(anns.Composer).ToHaveValueAsync("here it is\nbegun meanwhile");
        await anns.Button("Remove big.txt").ClickAsync();
        await anns.Send.ClickAsync();
        await anns.SeesState("here it is", "Sent");
    }

    [Theory]
    [InlineData("audio", "speech.wav", "audio/wav", "RIFF\u0024\0\0\0WAVEnonsense")]
    [InlineData("video", "clip.webm", "video/webm", "\u001a\u0045\u00df\u00a3nonsense webm")]
    [InlineData("image", "broken.png", "image/png", "\u0089PNG\r\n\u001a\nnonsense")]
    public async Task What_can_not_be_played_or_drawn_has_its_name_and_a_download(string type, string name, string contentType, string content)
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        var bos = await Opens(bo);
        await bos.Enters("Ann Berger");
        await ann.Send(HttpMethod.Post, $"/api/messaging/{chat}send_message/", new Form().With("content", "listen").With("attachment_types", type)
            .WithFile("attachments", name, contentType, Encoding.Latin1.GetBytes(content))).Created();

        var link = bos.Message("listen").GetByRole(AriaRole.Link, new() { Name = $"{name} {content.Length} B" });
        var download = await bos.Page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        download.SuggestedFilename.Should().Be(name);
        await Expect(bos.Message("listen").Locator("audio, video, img")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(300, 500, 0.6)]
    [InlineData(500, 300, 5 / 3.0)]
    [InlineData(200, 800, 0.5)]
    public async Task A_picture_is_shown_whole_also_beside_another_file(int width, int height, double ratio)
    {
        var (anns, bos, _) = await Together();
        await Choose(anns, new FilePayload { Name = "view.png", MimeType = "image/png", Buffer = Bitmap.Png(width, height, (x, y) => (x % 256, y % 256, 90)) });
        await Choose(anns, new FilePayload { Name = "notes.bin", MimeType = "application/octet-stream", Buffer = new byte[100] });
        await anns.Says("both");

        await Expect(Picture(bos, "view.png")).ToHaveJSPropertyAsync("naturalWidth", width);
        var box = (await Picture(bos, "view.png").BoundingBoxAsync())!;
        (box.Width / box.Height).Should().BeApproximately((float)ratio, 0.02f);
        box.Height.Should().BeLessThanOrEqualTo(361);
    }

    [Fact]
    public async Task Pictures_beside_each_other_are_whole_and_of_one_height()
    {
        var (anns, bos, _) = await Together();
        await Choose(anns, new FilePayload { Name = "high.png", MimeType = "image/png", Buffer = Bitmap.Png(300, 500, (x, y) => (x % 256, y % 256, 90)) });
        await Choose(anns, new FilePayload { Name = "wide.png", MimeType = "image/png", Buffer = Bitmap.Png(500, 300, (x, y) => (x % 256, y % 256, 90)) });
        await anns.Says("both");

        await Expect(Picture(bos, "high.png")).ToHaveJSPropertyAsync("naturalWidth", 300);
        await Expect(Picture(bos, "wide.png")).ToHaveJSPropertyAsync("naturalWidth", 500);
        var high = (await Picture(bos, "high.png").BoundingBoxAsync())!;
        var wide = (await Picture(bos, "wide.png").BoundingBoxAsync())!;
        (high.Width / high.Height).Should().BeApproximately(0.6f, 0.02f);
        (wide.Width / wide.Height).Should().BeApproximately(5 / 3f, 0.02f);
        high.Height.Should().BeApproximately(wide.Height, 1);
    }

    private static ILocator Picture(Screen screen, string name) => screen.Messages.GetByRole(AriaRole.Img, new() { Name = name });

    private static async Task Choose(Screen screen, FilePayload file)
    {
        var chooser = await screen.Page.RunAndWaitForFileChooserAsync(() => screen.Button("Attach files").ClickAsync());
        await chooser.SetFilesAsync(file);
    }

    private static Task Give(Screen screen, string to, string how, string name)
        => screen.Page.Locator(to).EvaluateAsync(
            """
            (element, [how, name]) => {
              const data = new DataTransfer();
              data.items.add(new File(["some text"], name, { type: "text/plain" }));
              const event = how === "drop" ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
                : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
              element.dispatchEvent(event);
            }
            """,
            new[] { how, name });

    private static Task Throttle(ICDPSession network, int bytesPerSecond)
        => network.SendAsync("Network.emulateNetworkConditions", new Dictionary<string, object>
        {
            ["offline"] = false,
            ["latency"] = 0,
            ["downloadThroughput"] = -1,
            ["uploadThroughput"] = bytesPerSecond,
        });

    private async Task<(Screen Anns, Screen Bos, string Chat)> Together()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        Screen anns = await Opens(ann), bos = await Opens(bo);
        await anns.Enters("Bo Lindqvist");
        await bos.Enters("Ann Berger");
        return (anns, bos, chat);
    }
}
