using System.Collections.Concurrent;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Playwright;

namespace Connectify.Tests.Browser;

/// <summary>What somebody sees of the client and does with it, found as a screen reader finds it: by roles and labels.</summary>
public sealed class Screen : IAsyncDisposable
{
    /// <summary><c>{"</c> in base64url: every access token begins so.</summary>
    private const string TokenStart = "eyJ";

    private readonly ConcurrentQueue<string> _faults = new();

    private readonly Uri _address;

    private Screen(IPage page, Uri address)
    {
        (Page, _address) = (page, address);
        page.PageError += (_, error) => _faults.Enqueue($"error: {error}");
        page.Console += (_, message) =>
        {
            if (message.Text.Contains(TokenStart, StringComparison.Ordinal)) _faults.Enqueue("a token in the console");
            if (message.Type is "error" or "warning") _faults.Enqueue($"console: {message.Text}");
        };
        page.Dialog += async (_, dialog) =>
        {
            _faults.Enqueue($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
    }

    public IPage Page { get; }

    /// <summary>Whatever the page threw, refused or asked.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    public ILocator Chats => Page.GetByRole(AriaRole.Navigation, new() { Name = "Chats" });

    public ILocator Composer => Page.GetByRole(AriaRole.Textbox, new() { Name = "Message to" });

    public ILocator Send => Page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true });

    public ILocator Messages => Page.GetByRole(AriaRole.List, new() { Name = "Messages" }).GetByRole(AriaRole.Listitem);

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    public ILocator Typists => Page.Locator(".typists");

    public ILocator Banner => Page.GetByText("Connection lost");

    /// <summary>Nothing moves: what is clicked stays where it is.</summary>
    public static BrowserNewContextOptions Still => new() { ReducedMotion = ReducedMotion.Reduce };

    /// <summary>What the client keeps in a browser in which <paramref name="user"/> has signed in.</summary>
    public static string Session(User user, Uri address)
    {
        var held = JsonReading.Json(new
        {
            account = new { id = user.Id, username = user.Username },
            token = user.Token,
            refresh_token = user.RefreshToken,
            expires = DateTimeOffset.UtcNow.AddMinutes(30).ToUnixTimeMilliseconds(),
        });
        return JsonReading.Json(new
        {
            cookies = Array.Empty<object>(),
            origins = new[] { Stored(address.GetLeftPart(UriPartial.Authority), "connectify.session", held.GetRawText()) },
        }).GetRawText().Replace("local_storage", "localStorage", StringComparison.Ordinal);
    }

    private static object Stored(string origin, string name, string value) => new { origin, localStorage = new[] { new { name, value } } };

    public static async Task<Screen> Open(IBrowser browser, Uri address, BrowserNewContextOptions? options)
    {
        var context = await browser.NewContextAsync(options ?? Still);
        context.SetDefaultTimeout(60_000);
        var screen = new Screen(await context.NewPageAsync(), address);
        await screen.Page.GotoAsync(address.ToString());
        return screen;
    }

    public ValueTask DisposeAsync() => Page.Context.DisposeAsync();

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    /// <summary>The newest message whose text is, or has in it, this one.</summary>
    public ILocator Message(string text) => Messages.Filter(new() { Has = Page.Locator(".text", new() { HasText = text }) }).Last;

    /// <summary>A chat in the list, by what stands in its row.</summary>
    public ILocator Chat(string text) => Chats.GetByRole(AriaRole.Link).Filter(new() { HasText = text });

    public async Task SignsIn(string name, string password)
    {
        await Field("Username or e-mail").FillAsync(name);
        await Field("Password").FillAsync(password);
        await Button("Sign in").ClickAsync();
    }

    public async Task Enters(string chat)
    {
        await Chat(chat).ClickAsync();
        await Assertions.Expect(Composer).ToBeVisibleAsync();
    }

    public async Task Says(string text)
    {
        await Composer.FillAsync(text);
        await Send.ClickAsync();
    }

    /// <summary>Opens a message's menu and takes an item of it.</summary>
    public async Task Chooses(string text, string item)
    {
        await Message(text).HoverAsync();
        await Message(text).GetByRole(AriaRole.Button, new() { Name = "Message actions" }).ClickAsync();
        var menu = Page.GetByRole(AriaRole.Menu);
        await menu.GetByRole(AriaRole.Menuitem, new() { Name = item, Exact = true })
            .Or(menu.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = item, Exact = true })).ClickAsync();
    }

    public Task Sees(string text) => Assertions.Expect(Message(text)).ToBeVisibleAsync();

    public Task SeesNo(string text) => Assertions.Expect(Page.Locator(".text", new() { HasText = text })).ToHaveCountAsync(0);

    /// <summary>The state shown at one's own message: Sending, Sent, Read, Failed.</summary>
    public Task SeesState(string text, string state)
        => Assertions.Expect(Message(text).GetByRole(AriaRole.Img, new() { Name = state, Exact = true })).ToBeVisibleAsync();

    /// <summary>The only scripts of the page are the client's, and none that came as text or file has run.</summary>
    public async Task ExpectNoForeignScript()
    {
        var scripts = await Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('script')].map(script => script.src)");
        scripts.Select(script => new Uri(script).AbsolutePath).Should().Equal(new Uri(_address, "js/main.js").AbsolutePath);
        var handlers = await Page.EvaluateAsync<int>(
            "() => [...document.querySelectorAll('*')].filter(one => [...one.attributes].some(a => /^on/i.test(a.name))).length");
        handlers.Should().Be(0, "no element has a handler written in HTML");
        (await Page.EvaluateAsync<bool>("() => 'pwned' in window")).Should().BeFalse();
    }
}
