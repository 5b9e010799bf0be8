using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Protocol.Rfc6455;

/// <summary>RFC 6455, section 4.2: which requests become a socket, as the first of a connection, behind another, over TLS and at the hub.</summary>
public sealed class HandshakeTests(SocketCaseServer on) : IClassFixture<SocketCaseServer>
{
    private const string Host = "Host: localhost\r\n";
    private const string Connection = "Connection: Upgrade\r\n";
    private const string Upgrade = "Upgrade: websocket\r\n";
    private const string Version = "Sec-WebSocket-Version: 13\r\n";
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private const string Accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

    private static readonly Dictionary<string, string> Good = new()
    {
        ["as it should be"] = Host + Connection + Upgrade + Version + Key,
        ["upper case"] = "HOST: localhost\r\nCONNECTION: UPGRADE\r\nUPGRADE: WEBSOCKET\r\n" + Version + Key,
        ["one of several connection options"] = Host + "Connection: keep-alive, Upgrade\r\n" + Upgrade + Version + Key,
        ["connection options in two lines"] = Host + "Connection: keep-alive\r\n" + Connection + Upgrade + Version + Key,
        ["no spaces"] = "Host:localhost\r\nConnection:x,upgrade\r\nUpgrade:h2c,websocket\r\nSec-WebSocket-Version:13\r\nSec-WebSocket-Key:dGhlIHNhbXBsZSBub25jZQ==\r\n",
        ["spaces around values"] = Host + "Connection:   Upgrade  \r\nUpgrade: \twebsocket \r\nSec-WebSocket-Version:  13 \r\n" + Key,
        ["extensions that nobody here has"] = Host + Connection + Upgrade + Version + Key + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n",
    };

    private static readonly Dictionary<string, string> Bad = new()
    {
        ["no connection option"] = Host + Upgrade + Version + Key,
        ["another connection option"] = Host + "Connection: xupgradex\r\n" + Upgrade + Version + Key,
        ["a connection option that begins so"] = Host + "Connection: upgraded\r\n" + Upgrade + Version + Key,
        ["a connection option that ends so"] = Host + "Connection: keep-alive, no-upgrade\r\n" + Upgrade + Version + Key,
        ["two words"] = Host + "Connection: please upgrade\r\n" + Upgrade + Version + Key,
        ["nothing to upgrade to"] = Host + Connection + Version + Key,
        ["something else to upgrade to"] = Host + Connection + "Upgrade: h2c\r\n" + Version + Key,
        ["what begins so"] = Host + Connection + "Upgrade: websocket2\r\n" + Version + Key,
        ["what ends so"] = Host + Connection + "Upgrade: xwebsocket\r\n" + Version + Key,
        ["no version"] = Host + Connection + Upgrade + Key,
        ["an old version"] = Host + Connection + Upgrade + "Sec-WebSocket-Version: 8\r\n" + Key,
        ["a version to come"] = Host + Connection + Upgrade + "Sec-WebSocket-Version: 14\r\n" + Key,
        ["two versions"] = Host + Connection + Upgrade + "Sec-WebSocket-Version: 13, 8\r\n" + Key,
        ["the version twice"] = Host + Connection + Upgrade + Version + Version + Key,
        ["another spelling of it"] = Host + Connection + Upgrade + "Sec-WebSocket-Version: 013\r\n" + Key,
        ["no key"] = Host + Connection + Upgrade + Version,
        ["an empty key"] = Host + Connection + Upgrade + Version + "Sec-WebSocket-Key:\r\n",
        ["a short key"] = Host + Connection + Upgrade + Version + "Sec-WebSocket-Key: c2hvcnQ=\r\n",
        ["a key of 15 bytes"] = Host + Connection + Upgrade + Version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n",
        ["a key of 17 bytes"] = Host + Connection + Upgrade + Version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWE=\r\n",
        ["a key without its end"] = Host + Connection + Upgrade + Version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n",
        ["a key with a space"] = Host + Connection + Upgrade + Version + "Sec-WebSocket-Key: dGhlIHNhbXBsZ SBub25jZQ==\r\n",
        ["a key that isn't base64"] = Host + Connection + Upgrade + Version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!Q==\r\n",
        ["two keys"] = Host + Connection + Upgrade + Version + Key + Key,
        ["a body"] = Host + Connection + Upgrade + Version + Key + "Content-Length: 5\r\n",
        ["a body in chunks"] = Host + Connection + Upgrade + Version + Key + "Transfer-Encoding: chunked\r\n",
    };

    public static TheoryData<string> GoodNames => [.. Good.Keys];

    public static TheoryData<string> BadNames => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(GoodNames))]
    public async Task A_request_that_asks_as_it_should_becomes_a_socket(string name)
    {
        foreach (var (target, head) in await Heads("GET", "HTTP/1.1", Good[name]))
        {
            head.Should().StartWith("HTTP/1.1 101 ", "of {0}", target).And.Contain(Accept).And.Contain("Connection: Upgrade\r\n").And.Contain("Upgrade: websocket\r\n");
            head.Should().NotContain("Sec-WebSocket-Extensions").And.NotContain("Sec-WebSocket-Protocol");
        }
    }

    [Theory]
    [MemberData(nameof(BadNames))]
    public async Task Any_other_is_told_what_to_ask(string name)
    {
        foreach (var (target, head) in await Heads("GET", "HTTP/1.1", Bad[name]))
        {
            if (target != on.Hub) Told(head);
            else head.Should().StartWith("HTTP/1.1 4");
        }
    }

    [Fact]
    public async Task At_the_hub_too_where_a_socket_is_meant()
    {
        foreach (var name in new[] { "an old version", "two keys", "another connection option" })
        {
            (await Heads("GET", "HTTP/1.1", Bad[name])).Where(answer => answer.Target == on.Hub).ToList().ForEach(answer => Told(answer.Head));
        }
    }

    [Fact]
    public async Task HTTP_1_0_has_no_upgrade()
    {
        foreach (var more in new[] { "", "Connection: keep-alive\r\n" })
        {
            foreach (var (_, head) in await Heads("GET", "HTTP/1.0", Good["as it should be"] + more)) Told(head);
        }
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task Only_GET_becomes_a_socket(string method)
    {
        foreach (var (_, head) in await Heads(method, "HTTP/1.1", Good["as it should be"])) head.Should().StartWith("HTTP/1.1 4");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Host: localhost\r\nHost: localhost\r\n")]
    [InlineData("Host: local host\r\n")]
    public async Task There_is_one_host(string hosts)
    {
        foreach (var (_, head) in await Heads("GET", "HTTP/1.1", hosts + Connection + Upgrade + Version + Key)) head.Should().StartWith("HTTP/1.1 400 ");
    }

    [Fact]
    public async Task There_is_one_origin()
    {
        var twice = Good["as it should be"] + "Origin: http://localhost\r\nOrigin: http://localhost\r\n";
        foreach (var (_, head) in await Heads("GET", "HTTP/1.1", twice)) head.Should().StartWith("HTTP/1.1 403 ");
    }

    private static void Told(string head)
        => head.Should().StartWith("HTTP/1.1 426 ").And.Contain("Upgrade: websocket\r\n").And.Contain("Connection: Upgrade").And.Contain("Sec-WebSocket-Version: 13\r\n");

    private async Task<List<(string Target, string Head)>> Heads(string method, string version, string headers)
    {
        var secured = (await on.Secured()).Url;
        var heads = new List<(string, string)>();
        foreach (var (server, target, isFirst) in new[]
        {
            (on.Server.Url, on.Socket, true), (on.Server.Url, on.Socket, false), (secured, on.Socket, true), (on.Server.Url, on.Hub, true), (on.Server.Url, on.Hub, false),
        })
        {
            await using var socket = await ByteSocket.Connect(server);
            if (!isFirst)
            {
                await socket.Send("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
                await socket.Head();
            }

            await socket.Send($"{method} {target} {version}\r\n{headers}\r\n");
            heads.Add((target, await socket.Head()));
        }

        return heads;
    }
}
