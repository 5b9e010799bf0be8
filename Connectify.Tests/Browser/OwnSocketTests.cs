using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Browser;

/// <summary>Sockets that a page opens itself: a browser fails one whose subprotocols are offered and not answered.</summary>
public sealed class OwnSocketTests(SqliteServer on, Chromium chromium) : BrowserTests(on, chromium)
{
    [Fact]
    public async Task What_a_browser_offers_is_answered()
    {
        var ann = await User("ann");
        var screen = await Opens();

        (await Open($"?token={ann.Token}", "json")).Should().Be("json hello");
        (await Open($"?token={ann.Token}", "v2.chat", "v1.chat")).Should().Be("v2.chat hello");
        (await Open($"?token={ann.Token}")).Should().Be(" hello");
        (await Open("", "bearer", ann.Token!)).Should().Be("bearer hello");
        (await Open("", "connectify", $"bearer.{ann.Token}")).Should().Be("connectify hello");
        (await Open("", "bearer", "nonsense")).Should().Be("4003");

        Task<string> Open(string query, params string[] offered) => screen.Page.EvaluateAsync<string>(
            """
            ([url, offered]) => new Promise(resolve => {
              const socket = new WebSocket(url, offered);
              socket.onmessage = event => { resolve(`${socket.protocol} ${JSON.parse(event.data).type}`); socket.close(); };
              socket.onclose = event => resolve(`${event.code}`);
            })
            """,
            new object[] { Server.SocketUrl($"/ws/messaging/{query}").ToString(), offered });
    }
}
