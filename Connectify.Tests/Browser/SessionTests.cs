using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Connectify.Tests.Browser;

/// <summary>A session lasts until the server refuses it or the user ends it.</summary>
public sealed class SessionTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    private const string Refresh = "**/token/refresh/";

    [Theory]
    [InlineData("not sent")]
    [InlineData("answer lost")]
    [InlineData("403")]
    [InlineData("502")]
    public async Task A_refresh_without_an_answer_of_the_server_does_not_sign_out(string failure)
    {
        User ann = await User("ann").Named("Ann", "Berger"), bo = await User("bo").Named("Bo", "Lindqvist");
        var chat = await ann.StartsConversation(bo);
        await bo.Says(chat, "still here?");
        var anns = await Opens(ann);
        var failures = 0;
        await anns.Page.RouteAsync(Refresh, async route =>
        {
            if (++failures > 2)
            {
                await route.ContinueAsync();
                return;
            }

            if (int.TryParse(failure, out var status))
            {
                await route.FulfillAsync(new() { Status = status, ContentType = "text/html", Body = "<h1>a proxy</h1>" });
                return;
            }

            // The server has replaced the token; it takes the one before once more.
            if (failure == "answer lost") await route.FetchAsync();
            await route.AbortAsync();
        });

        await SpoilToken(anns);
        await anns.Page.ReloadAsync();

        await anns.Enters("Bo Lindqvist");
        await anns.Sees("still here?");
        failures.Should().Be(3);
        await Expect(anns.Button("Sign in")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_refresh_that_the_server_refuses_signs_out()
    {
        var anns = await Opens(await User("ann"));
        await anns.Page.EvaluateAsync(
            """
            () => {
              const held = JSON.parse(localStorage.getItem("connectify.session"));
              localStorage.setItem("connectify.session", JSON.stringify({ ...held, token: "a.bad.token", refresh_token: "no such token" }));
            }
            """);
        await anns.Page.ReloadAsync();

        await Expect(anns.Button("Sign in")).ToBeVisibleAsync();
        await Expect(anns.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("You have been signed out");
    }

    [Fact]
    public async Task A_failed_connection_writes_no_token_to_the_console()
    {
        await using var line = new CuttableLine(Server.Url);
        var anns = await Opens(await User("ann"), line.Url);
        var written = await anns.Page.RunAndWaitForConsoleMessageAsync(
            () =>
            {
                line.Cut();
                return Task.CompletedTask;
            },
            new() { Predicate = message => message.Text.Contains("WebSocket connection to", StringComparison.Ordinal) });

        written.Text.Should().Contain("/ws/messaging/").And.NotContain("eyJ").And.NotContain("token=");
        line.Restore();
        await Expect(anns.Banner).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_reload_takes_the_client_from_the_cache()
    {
        var anns = await Opens(await User("ann"));
        var first = await Loaded(anns);
        first.Should().HaveCountGreaterThan(40).And.NotContain(size => size == 0);

        await anns.Page.ReloadAsync();
        await Expect(anns.Chats).ToBeVisibleAsync();

        (await Loaded(anns)).Should().HaveSameCount(first).And.OnlyContain(size => size == 0);
    }

    // The bytes that each script and style took from the network.
    private static Task<int[]> Loaded(Screen screen) => screen.Page.EvaluateAsync<int[]>(
        "() => performance.getEntriesByType('resource').filter(({ name }) => /\\.(js|css)\\?/.test(name)).map(({ transferSize }) => transferSize)");

    private static Task SpoilToken(Screen screen) => screen.Page.EvaluateAsync(
        """
        () => {
          const held = JSON.parse(localStorage.getItem("connectify.session"));
          localStorage.setItem("connectify.session", JSON.stringify({ ...held, token: "a.bad.token" }));
        }
        """);
}
