using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>Everything with the keyboard alone; the mouse is never touched.</summary>
public sealed class KeyboardTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    [Fact]
    public async Task One_signs_in_opens_a_chat_writes_replies_and_reacts_by_keys()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        await bo.Says(chat, "by keys?");
        var bos = await bo.Listen(chat);
        var screen = await Opens();
        var keys = screen.Page.Keyboard;

        await Expect(screen.Field("Username or e-mail")).ToBeFocusedAsync();
        await keys.TypeAsync(ann.Username);
        await keys.PressAsync("Tab");
        await keys.TypeAsync(TestServer.Password);
        await keys.PressAsync("Enter");
        await Expect(screen.Chat("Bo Lindqvist")).ToBeVisibleAsync();
        await TabTo(screen, screen.Chat("Bo Lindqvist"));
        await keys.PressAsync("Enter");

        await Expect(screen.Composer).ToBeFocusedAsync();
        await screen.Sees("by keys?");
        await keys.TypeAsync("yes, line one");
        await keys.PressAsync("Shift+Enter");
        await keys.TypeAsync("line two");
        await keys.PressAsync("Enter");
        await Expect(screen.Message("yes, line one").Locator(".text")).ToHaveTextAsync("yes, line one\nline two");
        await Expect(screen.Composer).ToHaveValueAsync("");
        await bos.Hears("message");

        await keys.PressAsync("ArrowUp");
        await Expect(screen.Message("yes, line one")).ToBeFocusedAsync();
        await keys.PressAsync("ArrowUp");
        await Expect(screen.Message("by keys?")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(screen.Page.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = "React with 👍" })).ToBeFocusedAsync();
        await keys.PressAsync("ArrowRight");
        await keys.PressAsync("Enter");
        await Expect(screen.Button("❤️ 1, You")).ToBeVisibleAsync();

        await Expect(screen.Page.GetByRole(AriaRole.Menu)).ToHaveCountAsync(0);
        await keys.PressAsync("Enter");
        await keys.PressAsync("ArrowDown");
        await Expect(screen.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Reply" })).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(screen.Composer).ToBeFocusedAsync();
        await keys.PressAsync("Escape");
        await Expect(screen.Page.GetByText("Reply to")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Menus_and_dialogs_give_the_focus_back()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var screen = await Opens(ann);
        var keys = screen.Page.Keyboard;
        var newChat = screen.Button("New chat");
        await TabTo(screen, newChat);

        await keys.PressAsync("Enter");
        await Expect(screen.Page.GetByRole(AriaRole.Menuitem, new() { Name = "New conversation" })).ToBeFocusedAsync();
        await keys.PressAsync("Escape");
        await Expect(newChat).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await keys.PressAsync("Enter");
        await Expect(screen.Field("Search people")).ToBeFocusedAsync();
        await keys.TypeAsync(bo.Username);
        await Expect(screen.Dialog.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await keys.PressAsync("Tab");
        await Expect(screen.Button("Chat with Bo Lindqvist")).ToBeFocusedAsync();

        // The browser may tell of a dialog's end before or after the page that it led to is there: here after.
        await screen.Page.EvaluateAsync(
            """
            () => {
              const dialog = document.querySelector("dialog");
              dialog.addEventListener("close", (event) => {
                if (!event.isTrusted) return;
                event.stopImmediatePropagation();
                const tell = () => document.querySelector("textarea") === document.activeElement ? dialog.dispatchEvent(new Event("close")) : setTimeout(tell, 20);
                tell();
              }, { capture: true });
            }
            """);
        await keys.PressAsync("Enter");
        await Expect(screen.Page.Locator("dialog")).ToHaveCountAsync(0);

        await Expect(screen.Composer).ToBeFocusedAsync();
        await Expect(screen.Page.GetByRole(AriaRole.Region, new() { Name = "Chat with Bo Lindqvist" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_controls_of_a_message_are_reached_by_arrows_and_not_by_Tab()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        for (var i = 1; i <= 3; i++)
        {
            var message = await bo.Says(chat, $"see https://example.com/{i}");
            await bo.Post($"/api/messaging/messages/{message.Id()}/react/", new { emoji = "👍" }).Created();
        }

        var screen = await Opens(ann);
        var keys = screen.Page.Keyboard;
        await screen.Enters("Bo Lindqvist");
        await Expect(screen.Page.Locator(".reaction")).ToHaveCountAsync(3);
        (await screen.Page.Locator(".messages").EvaluateAsync<int>("list => [...list.querySelectorAll('*')].filter(one => one.tabIndex >= 0).length")).Should().Be(1);

        await screen.Composer.PressAsync("ArrowUp");
        await Expect(screen.Message("example.com/3")).ToBeFocusedAsync();
        await keys.PressAsync("ArrowRight");
        await Expect(screen.Page.GetByRole(AriaRole.Link, new() { Name = "https://example.com/3", Exact = true })).ToBeFocusedAsync();
        await keys.PressAsync("ArrowRight");
        await keys.PressAsync("ArrowRight");
        await keys.PressAsync("ArrowRight");
        await Expect(screen.Message("example.com/3").Locator(".reaction")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(screen.Message("example.com/3").Locator(".reaction")).ToHaveTextAsync("👍2");
        await Expect(screen.Message("example.com/3").Locator(".reaction")).ToBeFocusedAsync();
        for (var i = 0; i < 4; i++) await keys.PressAsync("ArrowLeft");
        await Expect(screen.Message("example.com/3")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Control_and_up_edits_the_last_message_of_ones_own()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        await ann.Says(chat, "teh first");
        await bo.Says(chat, "not mine");
        var screen = await Opens(ann);
        await screen.Enters("Bo Lindqvist");
        await screen.Sees("not mine");

        await screen.Composer.PressAsync("Control+ArrowUp");
        await Expect(screen.Composer).ToHaveValueAsync("teh first");
        await screen.Composer.FillAsync("the first");
        await screen.Composer.PressAsync("Enter");

        await Expect(screen.Message("the first").GetByText("edited")).ToBeVisibleAsync();
        await Expect(screen.Composer).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Control_K_searches_chats_and_a_first_Tab_skips_the_list()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        await ann.StartsConversation(bo);
        var screen = await Opens(ann);
        var keys = screen.Page.Keyboard;
        await keys.PressAsync("Tab");
        await Expect(screen.Button("Skip to content")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(screen.Page.GetByRole(AriaRole.Main)).ToBeFocusedAsync();
        await screen.Enters("Bo Lindqvist");

        await screen.Composer.PressAsync("Control+k");
        await Expect(screen.Field("Search chats")).ToBeFocusedAsync();
        await keys.TypeAsync("nobody");
        await Expect(screen.Chats).ToContainTextAsync("No chat of that name.");
    }

    private static async Task TabTo(Screen screen, ILocator target)
    {
        for (var presses = 0; presses < 20; presses++)
        {
            await screen.Page.Keyboard.PressAsync("Tab");
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement")) return;
        }

        await Expect(target).ToBeFocusedAsync();
    }
}
