using System.Net;
using Connectify.Protocol;
using Connectify.Tests.Protocol.Rfc6455;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>
/// Subprotocols that clients offer: a browser wants one of them back, and has no header but theirs for a token. The token
/// never comes back, and stands in no log.
/// </summary>
public sealed class SubprotocolTests(SqliteServer on) : ServerTests(on), IClassFixture<SqliteServer>
{
    /// <summary>What is offered, T being the token, and what comes back; "-": nothing.</summary>
    public static TheoryData<string, string> Tokens => new()
    {
        { "bearer, T", "bearer" },
        { "Bearer,T", "Bearer" },
        { "connectify, bearer.T", "connectify" },
        { "bearer.T, connectify", "connectify" },
        { "json, bearer, T", "json" },
        { "bearer, T, json", "bearer" },
        { "access_token, T", "access_token" },
        { "connectify, auth-T", "connectify" },
        { "T, json", "json" },
        { "T", "-" },
        { "bearer.T", "-" },
    };

    [Theory]
    [InlineData("json", "json")]
    [InlineData("v1.chat.example, v2.chat.example", "v1.chat.example")]
    [InlineData("chat superchat, json", "json")]
    [InlineData("\"quoted name\", json", "json")]
    [InlineData(",, json", "json")]
    [InlineData("", "-")]
    [InlineData("bearer", "bearer")]
    public async Task With_a_token_in_the_URL_the_first_name_comes_back(string offered, string answered)
    {
        var ann = await User("ann");
        foreach (var (head, frame) in await Knock($"token={ann.Token}", offered))
        {
            Answered(head, answered);
            frame.Should().Contain("\"hello\"");
        }
    }

    [Theory]
    [MemberData(nameof(Tokens))]
    public async Task A_token_may_be_offered_and_never_comes_back(string offered, string answered)
    {
        var ann = await User("ann");
        foreach (var (head, frame) in await Knock("", offered.Replace("T", ann.Token, StringComparison.Ordinal)))
        {
            Answered(head, answered);
            head.Should().NotContain(ann.Token);
            frame.Should().Contain("\"hello\"");
        }

        Server.Log.Warnings.Should().NotContain(line => line.Contains(ann.Token!, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bearer, nonsense")]
    [InlineData("bearer, eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.x")]
    [InlineData("bearer")]
    public async Task A_bad_token_is_closed_with_4003_where_a_browser_sees_it(string offered)
    {
        foreach (var (head, frame) in await Knock("", offered))
        {
            Answered(head, "bearer");
            frame.Should().EndWith("unauthorized");
        }
    }

    [Fact]
    public async Task Two_lines_are_one_list()
    {
        var ann = await User("ann");
        foreach (var (head, frame) in await Knock("", $"bearer\r\nSec-WebSocket-Protocol: {ann.Token}"))
        {
            Answered(head, "bearer");
            frame.Should().Contain("\"hello\"");
        }
    }

    [Fact]
    public async Task The_URL_says_whose_it_is_where_both_have_a_token()
    {
        User ann = await User("ann"), bo = await User("bo");
        foreach (var (_, frame) in await Knock($"token={ann.Token}", $"bearer, {bo.Token}")) frame.Should().Contain($"\"user_id\":{ann.Id}");
    }

    [Fact]
    public async Task Elsewhere_a_token_is_no_subprotocol()
    {
        var ann = await User("ann");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.Url, "/api/accounts/profile/"));
        request.Headers.Add("Sec-WebSocket-Protocol", $"bearer, {ann.Token}");
        using var http = new HttpClient();
        using var answer = await http.SendAsync(request);
        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("bearer", "bearer")]
    [InlineData("connectify", "connectify")]
    public async Task At_the_hub_too(string first, string answered)
    {
        var ann = await User("ann");
        await using var socket = await RecordSocket.Open(Server.SocketUrl("/hubs/chat"), options =>
        {
            options.AddSubProtocol(first);
            options.AddSubProtocol(ann.Token!);
        });
        await socket.Send(RecordSocket.Handshake, """{"type":1,"invocationId":"1","target":"Ping","arguments":[]}""");

        socket.Subprotocol.Should().Be(answered);
        (await socket.Next()).GetRawText().Should().Be("{}");
        (await socket.Next()).Part("result").Text("client_id").Should().Be($"{ann.Username}_{ann.Id}");
    }

    [Fact]
    public async Task Over_HTTP2_too()
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        var ann = await User("ann");
        await using var server = await Server.StartTwin("--Kestrel:EndpointDefaults:Protocols=Http2");
        await using var socket = await PlainSocket.Knock(server.SocketUrl("/ws/messaging/"), options =>
        {
            (options.HttpVersion, options.HttpVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            options.AddSubProtocol("bearer");
            options.AddSubProtocol(ann.Token!);
        }, http);

        socket.Subprotocol.Should().Be("bearer");
        (await socket.Hears(Frames.Hello)).Number("user_id").Should().Be(ann.Id);
    }

    private static void Answered(string head, string subprotocol)
    {
        head.Should().StartWith("HTTP/1.1 101 ");
        if (subprotocol == "-") head.Should().NotContain("Sec-WebSocket-Protocol");
        else head.Should().Contain($"Sec-WebSocket-Protocol: {subprotocol}\r\n");
    }

    // As the first request of a connection, and behind another.
    private async Task<List<(string Head, string Frame)>> Knock(string query, string offered)
    {
        var answers = new List<(string, string)>();
        foreach (var isFirst in new[] { true, false })
        {
            await using var socket = await ByteSocket.Connect(Server.Url);
            if (!isFirst)
            {
                await socket.Send("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
                await socket.Head();
            }

            await socket.Send(ByteSocket.Request($"/ws/messaging/?{query}", $"Sec-WebSocket-Protocol: {offered}\r\n"));
            answers.Add((await socket.Head(), System.Text.Encoding.UTF8.GetString((await socket.Frame())!.Value.Payload)));
        }

        return answers;
    }
}
