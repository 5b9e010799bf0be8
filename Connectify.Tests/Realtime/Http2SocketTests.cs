using System.Net;
using System.Net.WebSockets;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Sockets over HTTP/2 (RFC 8441), as browsers open them where a page came by it.</summary>
public sealed class Http2SocketTests(SqliteServer on) : ServerTests(on), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task A_socket_over_HTTP2_is_one_like_the_others()
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        await using var server = await Server.StartTwin("--Kestrel:EndpointDefaults:Protocols=Http2");
        await using var anns = await Open(server, ann, path, http);
        await using var bos = await Open(server, bo, path, http);
        foreach (var socket in new[] { anns, bos }) await socket.Hears(Frames.Hello);

        await anns.Send(new { type = Frames.Message, content = new string('x', 9_000) });
        foreach (var socket in new[] { anns, bos })
        {
            (await socket.Hears(Frames.Message)).Part("message").Text("content").Should().HaveLength(9_000);
        }

        await bos.Send(new { type = Frames.Ping });
        await bos.Hears(Frames.Pong);
        await using var stranger = await Open(server, await User("eve"), path, http);
        (await stranger.Closed()).Should().Be(CloseCodes.AccessDenied);
    }

    [Fact]
    public async Task The_hubs_are_too()
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        var ann = await User("ann");
        await using var server = await Server.StartTwin("--Kestrel:EndpointDefaults:Protocols=Http2");
        await using var socket = await RecordSocket.Open(server.SocketUrl($"/hubs/chat?access_token={ann.Token}"), OverHttp2, http);

        await socket.Send(RecordSocket.Handshake, """{"type":1,"invocationId":"1","target":"Ping","arguments":[]}""");

        (await socket.Next()).GetRawText().Should().Be("{}");
        (await socket.Next()).Part("result").Has("timestamp").Should().BeTrue();
    }

    private static void OverHttp2(ClientWebSocketOptions options)
        => (options.HttpVersion, options.HttpVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);

    private static Task<PlainSocket> Open(TestServer server, User user, string path, HttpMessageInvoker http) => PlainSocket.Knock(
        server.SocketUrl($"/ws/messaging/{path}?token={user.Token}"),
        OverHttp2,
        http);
}
