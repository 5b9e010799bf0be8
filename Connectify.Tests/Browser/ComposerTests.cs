using Connectify.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>Writing: input methods, touch keyboards, the clipboard, drafts.</summary>
public sealed class ComposerTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    [Fact]
    public async Task Enter_that_ends_a_composition_sends_nothing()
    {
        var (anns, _) = await InChat();
        var keys = await anns.Page.Context.NewCDPSessionAsync(anns.Page);
        await anns.Composer.FillAsync("nihao");

        // Safari: the composition is over when its Enter comes. Chromium: it is not.
        await keys.SendAsync("Input.dispatchKeyEvent", new()
        {
            ["type"] = "rawKeyDown",
            ["key"] = "Enter",
            ["code"] = "Enter",
            ["windowsVirtualKeyCode"] = 229,
        });
        await anns.Composer.DispatchEventAsync("keydown", new { key = "Enter", isComposing = true, bubbles = true, cancelable = true });
        await Expect(anns.Composer).ToHaveValueAsync("nihao");
        await anns.Composer.PressAsync("Enter");

        await anns.SeesState("nihao", "Sent");
        await Expect(anns.Messages).ToHaveCountAsync(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Enter_is_a_new_line_on_a_touch_screen(bool isMobile)
    {
        var (anns, _) = await InChat(new() { HasTouch = true, IsMobile = isMobile });
        await anns.Composer.PressSequentiallyAsync("one");
        await anns.Composer.PressAsync("Enter");
        await anns.Composer.PressSequentiallyAsync("two");
        await Expect(anns.Composer).ToHaveValueAsync("one\ntwo");
        await anns.Send.TapAsync();

        await anns.SeesState("one", "Sent");
        await Expect(anns.Messages).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Copied_cells_or_words_are_pasted_as_text_and_a_copied_picture_as_a_picture()
    {
        var (anns, _) = await InChat();
        await anns.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);

        await Copy(anns, "A1\tB1\nA2\tB2", "<table><tr><td>A1</td></tr></table>", withPicture: true);
        await anns.Composer.PressAsync("Control+v");
        await Expect(anns.Composer).ToHaveValueAsync("A1\tB1\nA2\tB2");
        await Expect(anns.Page.Locator(".tray-file")).ToHaveCountAsync(0);

        await Copy(anns, null, "<img src=\"https://elsewhere.example/a.png\">", withPicture: true);
        await anns.Composer.PressAsync("Control+v");
        await Expect(anns.Page.Locator(".tray-file")).ToHaveCountAsync(1);
        await Expect(anns.Composer).ToHaveValueAsync("A1\tB1\nA2\tB2");
    }

    [Theory]
    [InlineData("report.pdf", "report.pdf", "", true)]
    [InlineData("report.pdf", "/home/ann/report.pdf", "", true)]
    [InlineData("image.png", "some words", "", false)]
    [InlineData("image.png", "some words", "{\\rtf1}", false)]
    [InlineData("image.png", "", "", true)]
    public async Task Names_beside_pasted_files_are_not_their_content(string file, string text, string rich, bool isAttached)
    {
        var (anns, _) = await InChat();
        await anns.Composer.EvaluateAsync(
            """
            (element, [file, text, rich]) => {
              const data = new DataTransfer();
              if (text) data.setData("text/plain", text);
              if (rich) data.setData("text/rtf", rich);
              data.items.add(new File(["content"], file, { type: "image/png" }));
              element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
            }
            """,
            new[] { file, text, rich });

        await Expect(anns.Page.Locator(".tray-file")).ToHaveCountAsync(isAttached ? 1 : 0);
    }

    [Fact]
    public async Task A_draft_is_in_the_list_survives_a_reload_and_goes_with_its_message()
    {
        var (anns, _) = await InChat();
        await anns.Composer.FillAsync("half a thought");
        await anns.Page.EvaluateAsync("() => { location.hash = '#/'; }");
        await Expect(anns.Chat("Bo Lindqvist")).ToContainTextAsync("Draft: half a thought");
        await anns.Page.ReloadAsync();
        await Expect(anns.Chat("Bo Lindqvist")).ToContainTextAsync("Draft: half a thought");

        await anns.Enters("Bo Lindqvist");
        await Expect(anns.Composer).ToHaveValueAsync("half a thought");
        await anns.Send.ClickAsync();
        await anns.SeesState("half a thought", "Sent");
        await anns.Page.ReloadAsync();

        await anns.Sees("half a thought");
        await Expect(anns.Composer).ToHaveValueAsync("");
    }

    private static Task Copy(Screen screen, string? text, string html, bool withPicture) => screen.Page.EvaluateAsync(
        """
        async ([text, html, withPicture]) => {
          const canvas = new OffscreenCanvas(4, 4);
          canvas.getContext("2d").fillRect(0, 0, 4, 4);
          const content = { "text/html": new Blob([html], { type: "text/html" }) };
          if (text) content["text/plain"] = new Blob([text], { type: "text/plain" });
          if (withPicture) content["image/png"] = await canvas.convertToBlob({ type: "image/png" });
          await navigator.clipboard.write([new ClipboardItem(content)]);
        }
        """,
        new object?[] { text, html, withPicture });

    private async Task<(Screen Anns, string Chat)> InChat(BrowserNewContextOptions? options = null)
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        var anns = await Opens(ann, options: options);
        await anns.Enters("Bo Lindqvist");
        return (anns, chat);
    }
}
