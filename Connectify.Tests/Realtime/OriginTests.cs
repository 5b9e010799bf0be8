using System.Net;
using Connectify.Migrations;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Endpoints;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Which pages may open a socket.</summary>
public sealed class OriginTests
{
    private static readonly HashSet<WebOrigin> None = [];

    [Theory]
    [InlineData("https://c.example", "http", "c.example")]
    [InlineData("https://c.example", "https", "c.example")]
    [InlineData("https://c.example", "http", "c.example:443")]
    [InlineData("https://c.example:443", "http", "c.example")]
    [InlineData("http://c.example", "http", "c.example:80")]
    [InlineData("http://c.example:80", "http", "c.example")]
    [InlineData("https://c.example:8443", "http", "c.example:8443")]
    [InlineData("HTTPS://C.Example", "http", "c.eXample")]
    [InlineData("https://c.example.", "http", "c.example")]
    [InlineData("https://c.example", "http", "c.example.:443")]
    [InlineData("http://[::1]:5080", "http", "[::1]:5080")]
    [InlineData("https://[::1]", "http", "[::1]:443")]
    [InlineData("http://[0:0:0:0:0:0:0:1]", "http", "[::1]")]
    [InlineData("http://127.0.0.1:5080", "http", "127.0.0.1:5080")]
    [InlineData("https://xn--bcher-kva.example", "http", "bücher.example")]
    [InlineData("https://xn--bcher-kva.example", "http", "XN--BCHER-KVA.example:443")]
    [InlineData("http://localhost", "http", "localhost")]
    [InlineData("https://c_under.example", "http", "c_under.example")]
    public void The_same_origin_however_it_is_spelled(string origin, string scheme, string host)
        => Origins.IsAllowed(origin, scheme, host, None).Should().BeTrue();

    [Theory]
    [InlineData("http://c.example", "https", "c.example", "the page came without TLS")]
    [InlineData("http://c.example:443", "https", "c.example", "likewise")]
    [InlineData("https://c.example", "http", "c.example:80", "another port")]
    [InlineData("https://c.example:8443", "http", "c.example", "another port")]
    [InlineData("http://c.example:1", "http", "c.example", "another port")]
    [InlineData("https://c.example", "http", "d.example", "another host")]
    [InlineData("https://c.example.evil.com", "http", "c.example", "another host")]
    [InlineData("https://evil.c.example", "http", "c.example", "another host")]
    [InlineData("chrome-extension://c.example", "http", "c.example", "another scheme")]
    [InlineData("capacitor://localhost", "http", "localhost", "another scheme")]
    [InlineData("file://c.example", "http", "c.example", "another scheme")]
    [InlineData("wss://c.example", "https", "c.example", "another scheme")]
    [InlineData("null", "http", "null", "an opaque origin")]
    [InlineData("file://", "http", "c.example", "no host")]
    [InlineData("c.example", "http", "c.example", "no scheme")]
    [InlineData("https://c.example@evil.com", "http", "c.example", "a user")]
    [InlineData("https://evil.com@c.example", "http", "c.example", "a user")]
    [InlineData("https://c.example/path", "http", "c.example", "a path")]
    [InlineData("https://c.example?q", "http", "c.example", "a query")]
    [InlineData("https://c.example,https://evil.com", "http", "c.example", "two")]
    [InlineData("https://c.example https://evil.com", "http", "c.example", "two")]
    [InlineData("https://evil.com\\@c.example", "http", "c.example", "a backslash")]
    [InlineData("https://c.example", "http", "", "no Host")]
    [InlineData("https://c.example", "http", "evil.com/c.example", "no host in Host")]
    [InlineData("https://c.example", "http", "x@c.example", "a user in Host")]
    public void A_foreign_one(string origin, string scheme, string host, string why)
        => Origins.IsAllowed(origin, scheme, host, None).Should().BeFalse(why);

    [Theory]
    [InlineData("capacitor://localhost", "capacitor://localhost")]
    [InlineData("ionic://localhost", "ionic://localhost")]
    [InlineData("tauri://localhost", "tauri://localhost")]
    [InlineData("http://tauri.localhost", "http://tauri.localhost")]
    [InlineData("chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop")]
    [InlineData("https://Bücher.example", "https://xn--bcher-kva.example")]
    [InlineData("https://app.example:443", "https://app.example")]
    [InlineData("https://app.example:8443", "https://app.example:8443")]
    [InlineData("http://[::1]:3000", "http://[::1]:3000")]
    public void What_is_configured_is_allowed_and_nothing_like_it(string configured, string origin)
    {
        var allowed = new HashSet<WebOrigin> { WebOrigin.Parse(configured)! };
        Origins.IsAllowed(origin, "https", "c.example", allowed).Should().BeTrue();
        WebOrigin.Parse(configured)!.ToString().Should().Be(origin, "that is what CORS compares with");
        Origins.IsAllowed($"x{origin}", "https", "c.example", allowed).Should().BeFalse();
        Origins.IsAllowed($"{origin}.evil.com", "https", "c.example", allowed).Should().BeFalse();
    }

    [Fact]
    public async Task Apps_in_web_views_open_sockets_and_read_replies()
    {
        await using var server = await TestServer.Start(
            DatabaseEngine.Sqlite, "--Cors:Origins:0=capacitor://localhost", "--Cors:Origins:1=ionic://localhost", "--Cors:Origins:2=tauri://localhost");
        using var ann = await User.Register(server, "ann", 1);
        foreach (var origin in new[] { "capacitor://localhost", "ionic://localhost", "tauri://localhost" })
        {
            (await From(ann.SocketUrl(""), origin)).Should().Be(HttpStatusCode.SwitchingProtocols);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { { "Origin", origin } } };
            using var response = await ann.Raw(request);
            response.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal(origin);
        }
    }

    [Fact]
    public async Task Behind_a_proxy_its_word_for_host_and_scheme_counts_and_a_refusal_is_one_line()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite, "--ForwardedHeaders_Enabled=true");
        await using var alone = await TestServer.Start(DatabaseEngine.Sqlite);
        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(alone, "bo", 1);
        (string, string)[] proxy = [("X-Forwarded-Host", "c.example"), ("X-Forwarded-Proto", "https")];

        (await From(ann.SocketUrl(""), "https://c.example", proxy)).Should().Be(HttpStatusCode.SwitchingProtocols);
        (await From(ann.SocketUrl(""), $"https://{server.Url.Authority}", proxy)).Should().Be(HttpStatusCode.Forbidden);
        server.Log.Forget();
        (await From(ann.SocketUrl(""), "http://c.example", proxy)).Should().Be(HttpStatusCode.Forbidden);
        (await From(bo.SocketUrl(""), "https://c.example", proxy)).Should().Be(HttpStatusCode.Forbidden, "this one has no proxy to believe");

        server.Log.Warnings.Should().ContainSingle().Which.Should().Contain("http://c.example").And.Contain("https://c.example");
        alone.Log.Warnings.Should().ContainSingle().Which.Should().Contain("https://c.example").And.Contain(alone.Url.Authority);
    }

    private static Task<HttpStatusCode> From(Uri url, string origin, params (string Name, string Value)[] headers)
        => PlainSocket.KnockStatus(url, how =>
        {
            how.SetRequestHeader("Origin", origin);
            foreach (var (name, value) in headers) how.SetRequestHeader(name, value);
        });
}
