using System.Text.RegularExpressions;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;

namespace Connectify.Tests.Browser;

/// <summary>
/// Base of the tests in a real browser. Besides what a test says itself, in every page of every test: nothing was thrown,
/// nothing refused by the content security policy, no dialog opened, and no script ran that isn't the client's own.
/// </summary>
[Collection(BrowserCollection.Name)]
public abstract partial class BrowserTests(SqliteServer on, Chromium chromium) : ServerTests(on), IClassFixture<SqliteServer>
{
    private readonly List<Screen> _screens = [];

    public override async Task DisposeAsync()
    {
        foreach (var screen in _screens)
        {
            await screen.ExpectNoForeignScript();
            screen.Faults.Where(fault => !LostConnection().IsMatch(fault)).Should().BeEmpty("pages have nothing to complain about");
            await screen.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    /// <summary>A browser of somebody's own, at the page for signing in.</summary>
    /// <param name="address">Where the server is reached; null: directly.</param>
    /// <param name="options">The screen's size, colours and the like.</param>
    protected async Task<Screen> Opens(Uri? address = null, BrowserNewContextOptions? options = null)
    {
        var screen = await Screen.Open(chromium.Browser, address ?? Server.Url, options);
        _screens.Add(screen);
        return screen;
    }

    /// <summary>A browser in which somebody has signed in before.</summary>
    protected async Task<Screen> Opens(User user, Uri? address = null, BrowserNewContextOptions? options = null)
    {
        var signedIn = new BrowserNewContextOptions(options ?? Screen.Still) { StorageState = Screen.Session(user, address ?? Server.Url) };
        var screen = await Opens(address, signedIn);
        await Assertions.Expect(screen.Chats).ToBeVisibleAsync();
        return screen;
    }

    // A request that found no server is no fault of the page, it is what the test of it is about; 4xx answers likewise.
    [GeneratedRegex("net::ERR_|Failed to load resource: the server responded|WebSocket connection to")]
    private static partial Regex LostConnection();
}
