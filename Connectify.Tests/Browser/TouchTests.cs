using Connectify.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>The client on a phone.</summary>
public sealed class TouchTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    private static readonly BrowserNewContextOptions Phone = new()
    {
        ViewportSize = new() { Width = 390, Height = 844 },
        HasTouch = true,
        IsMobile = true,
        ReducedMotion = ReducedMotion.Reduce,
    };

    [Fact]
    public async Task A_held_finger_opens_the_menu_of_a_message()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        await bo.Says(chat, "hold me");
        var anns = await Opens(ann, options: Phone);
        await anns.Chat("Bo Lindqvist").TapAsync();
        await anns.Sees("hold me");
        var finger = await anns.Page.Context.NewCDPSessionAsync(anns.Page);
        var menu = anns.Page.GetByRole(AriaRole.Menu, new() { Name = "Message actions" });

        await Touch(finger, anns.Message("hold me"));
        await Expect(menu).ToBeVisibleAsync();
        await Lift(finger);
        await Expect(menu).ToBeVisibleAsync();
        await menu.GetByRole(AriaRole.Menuitem, new() { Name = "Reply" }).TapAsync();
        await Expect(anns.Page.GetByText("Reply to Bo Lindqvist")).ToBeVisibleAsync();
        await Expect(menu).ToHaveCountAsync(0);

        await Touch(finger, anns.Message("hold me"));
        await Expect(menu).ToBeVisibleAsync();
        await Lift(finger);
        await anns.Page.Locator(".chat-head").TapAsync(new() { Position = new() { X = 200, Y = 20 } });
        await Expect(menu).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_buttons_beside_messages_take_no_room()
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        await bo.Says(chat, "on a phone");
        var anns = await Opens(ann, options: Phone);
        await anns.Chat("Bo Lindqvist").TapAsync();
        await anns.Sees("on a phone");

        await Expect(anns.Page.Locator(".tools").First).ToHaveCSSAsync("opacity", "0");
        await Expect(anns.Page.Locator(".tools").First).ToHaveCSSAsync("width", "1px");
    }

    private static async Task Touch(ICDPSession finger, ILocator on)
    {
        var box = (await on.Locator(".bubble").BoundingBoxAsync())!;
        await finger.SendAsync("Input.dispatchTouchEvent", new()
        {
            ["type"] = "touchStart",
            ["touchPoints"] = new[] { new { x = box.X + (box.Width / 2), y = box.Y + (box.Height / 2) } },
        });
    }

    private static Task Lift(ICDPSession finger)
        => finger.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = "touchEnd", ["touchPoints"] = Array.Empty<object>() });
}
