using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>
/// A socket that is a connection's first request is answered before HTTP begins. Nobody may notice: each request is
/// sent first on its connection and second, behind one that HTTP has served, and has to be answered alike.
/// </summary>
public sealed class EarlyUpgradeTests(SqliteServer on) : ServerTests(on), IClassFixture<SqliteServer>, IDisposable
{
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("connectify-test-");

    // A target's {token} is replaced; {more} stands for headers.
    public static TheoryData<string, string, string> Requests => new()
    {
        { "as it should be", "GET /ws/messaging/?token={token} HTTP/1.1", "" },
        { "a token in the header", "GET /ws/messaging/ HTTP/1.1", "Authorization: Bearer {token}\r\n" },
        { "no token", "GET /ws/messaging/ HTTP/1.1", "" },
        { "a bad token", "GET /ws/messaging/?token=bad HTTP/1.1", "" },
        { "an encoded token", "GET /ws/messaging/?%74oken={token} HTTP/1.1", "" },
        { "a chat that isn't", "GET /ws/messaging/conversations/1234567/?token={token} HTTP/1.1", "" },
        { "no number", "GET /ws/messaging/conversations/abc/?token={token} HTTP/1.1", "" },
        { "no such path", "GET /ws/messaging/channels/1/?token={token} HTTP/1.1", "" },
        { "an encoded path", "GET /ws/messaging%2F?token={token} HTTP/1.1", "" },
        { "an encoded null", "GET /ws/messaging/%00?token={token} HTTP/1.1", "" },
        { "dots", "GET /ws/messaging/../messaging/?token={token} HTTP/1.1", "" },
        { "an absolute target", "GET http://localhost/ws/messaging/?token={token} HTTP/1.1", "" },
        { "a fragment", "GET /ws/messaging/?token={token}#x HTTP/1.1", "" },
        { "a space in the target", "GET /ws/messaging/?token={token} x HTTP/1.1", "" },
        { "another method", "POST /ws/messaging/?token={token} HTTP/1.1", "" },
        { "an older version", "GET /ws/messaging/?token={token} HTTP/1.0", "" },
        { "a version that isn't", "GET /ws/messaging/?token={token} HTTP/3.1", "" },
        { "two hosts", "GET /ws/messaging/?token={token} HTTP/1.1", "Host: other\r\n" },
        { "a length", "GET /ws/messaging/?token={token} HTTP/1.1", "Content-Length: 0\r\n" },
        { "a body to come", "GET /ws/messaging/?token={token} HTTP/1.1", "Content-Length: 5\r\n" },
        { "chunks", "GET /ws/messaging/?token={token} HTTP/1.1", "Transfer-Encoding: chunked\r\n" },
        { "a folded header", "GET /ws/messaging/?token={token} HTTP/1.1", "X-Long: a\r\n b\r\n" },
        { "a header without a name", "GET /ws/messaging/?token={token} HTTP/1.1", ": a\r\n" },
        { "a header without a colon", "GET /ws/messaging/?token={token} HTTP/1.1", "nothing\r\n" },
        { "a space before the colon", "GET /ws/messaging/?token={token} HTTP/1.1", "X-Space : a\r\n" },
        { "a null in a header", "GET /ws/messaging/?token={token} HTTP/1.1", "X-Null: a\0b\r\n" },
        { "what is no ASCII in a header", "GET /ws/messaging/?token={token} HTTP/1.1", "X-Name: Ж\r\n" },
        { "a foreign page", "GET /ws/messaging/?token={token} HTTP/1.1", "Origin: https://evil.example\r\n" },
        { "another key", "GET /ws/messaging/?token={token} HTTP/1.1", "Sec-WebSocket-Key: c2hvcnQ=\r\n" },
        { "another version of the protocol", "GET /ws/messaging/?token={token} HTTP/1.1", "Sec-WebSocket-Version: 8\r\n" },
        { "two things to upgrade to", "GET /ws/messaging/?token={token} HTTP/1.1", "Upgrade: h2c\r\n" },
        { "many headers", "GET /ws/messaging/?token={token} HTTP/1.1", string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: a\r\n")) },
        { "a long header", "GET /ws/messaging/?token={token} HTTP/1.1", $"X-Long: {new string('a', 40_000)}\r\n" },
        { "the hub's", "GET /hubs/chat?access_token={token} HTTP/1.1", "" },
        { "the hub's, with its token in the header", "GET /hubs/chat HTTP/1.1", "Authorization: Bearer {token}\r\n" },
        { "the hub's, negotiated somewhere", "GET /hubs/chat?id=another-nodes&access_token={token} HTTP/1.1", "" },
        { "the hub's, without a token", "GET /hubs/chat HTTP/1.1", "" },
        { "the hub's, from a foreign page", "GET /hubs/chat?access_token={token} HTTP/1.1", "Origin: https://evil.example\r\n" },
        { "the hub's, with two things to upgrade to in one line", "GET /hubs/chat?access_token={token} HTTP/1.1", "Upgrade: h2c, websocket\r\n" },
        { "the hub's negotiation", "GET /hubs/chat/negotiate?access_token={token} HTTP/1.1", "" },
        { "beside the hub", "GET /hubs/chats?access_token={token} HTTP/1.1", "" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task First_or_second_a_request_is_answered_alike(string what, string line, string more)
    {
        var token = (await User("ann")).Token;
        var request = Request(line.Replace("{token}", token), more.Replace("{token}", token));

        var first = await Answer([request]);
        var second = await Answer([Ordinary, request]);

        first.Should().Be(second, what);
    }

    [Fact]
    public async Task What_has_been_refused_leaves_the_connection_as_it_was()
    {
        var refused = Request("GET /ws/messaging/ HTTP/1.1", "Origin: https://evil.example\r\n");

        using var socket = Connect();
        await Send(socket, refused);
        (await Head(socket, "\r\n0\r\n\r\n")).Should().StartWith("HTTP/1.1 403");
        await Send(socket, Ordinary);
        (await Head(socket)).Should().Contain("HTTP/1.1 200");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(200)]
    public async Task A_request_may_come_in_pieces(int size)
    {
        var request = Encoding.ASCII.GetBytes(Request($"GET /ws/messaging/?token={(await User("ann")).Token} HTTP/1.1"));

        using var socket = Connect();
        socket.NoDelay = true;
        foreach (var piece in request.Chunk(size)) await socket.SendAsync(piece);
        (await Head(socket, "\"hello\"")).Should().StartWith("HTTP/1.1 101");
    }

    [Fact]
    public async Task Frames_may_come_with_the_request()
    {
        var request = Encoding.ASCII.GetBytes(Request($"GET /ws/messaging/?token={(await User("ann")).Token} HTTP/1.1"));
        byte[] ping = [0x89, 0x82, 0, 0, 0, 0, (byte)'?', (byte)'!'];

        using var socket = Connect();
        await socket.SendAsync(request.Concat(ping).ToArray());
        (await Head(socket, "?!")).Should().StartWith("HTTP/1.1 101").And.Contain("\"hello\"");
    }

    [Fact]
    public async Task Whoever_goes_in_the_middle_leaves_nothing_behind()
    {
        var ann = await User("ann");
        var request = Request($"GET /ws/messaging/?token={ann.Token} HTTP/1.1");
        for (var cut = 0; cut < request.Length; cut += 40)
        {
            using var socket = Connect();
            await Send(socket, request[..cut]);
        }

        using var whole = Connect();
        await Send(whole, request);
        (await Head(whole, "\"hello\"")).Should().StartWith("HTTP/1.1 101");
    }

    [Fact]
    public async Task A_proxy_is_believed_as_with_any_request()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite, "--ForwardedHeaders_Enabled=true");
        using var root = await Support.User.LogIn(server, TestServer.SuperuserName);
        var organization = await root.Post("/api/accounts/organizations/", new { name = Unique("Organization") }).Created();
        using User ann = await Support.User.Register(server, Unique("ann"), organization.Id()), bo = await Support.User.Register(server, Unique("bo"), organization.Id());
        var chat = await ann.StartsConversation(bo);

        using var socket = Connect(server);
        await Send(socket, Request($"GET /ws/messaging/{chat}?token={bo.Token} HTTP/1.1", "X-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.7\r\n", "chat.example"));
        await Head(socket, "\"hello\"");
        using var form = new Form().WithFile("attachments", "cat.png", "image/png", Pictures.Png);
        await ann.Send(HttpMethod.Post, $"/api/messaging/{chat}send_message/", form).Created();
        (await Head(socket, "\"message\"")).Should().Contain("https://chat.example/");
    }

    [Fact]
    public async Task Where_there_is_TLS_nobody_is_served_without()
    {
        var request = Request($"GET /ws/messaging/?token={(await User("ann")).Token} HTTP/1.1");
        using var certificate = SelfSigned();
        var file = Path.Combine(_folder.FullName, "certificate.pfx");
        await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pfx));
        await using var secured = await Server.StartTwin("--Urls=https://127.0.0.1:0", $"--Kestrel:Certificates:Default:Path={file}");

        using var open = Connect(secured);
        await Send(open, request);
        (await Head(open)).Should().NotContain("HTTP/1.1");

        using var socket = Connect(secured);
        await using var tls = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false, (_, shown, _, _) => certificate.Equals(shown));
        await tls.AuthenticateAsClientAsync("localhost").WaitAsync(Timeout);
        await tls.WriteAsync(Encoding.ASCII.GetBytes(request));
        (await Head((buffer, patience) => tls.ReadAsync(buffer, patience), "\"hello\"")).Should().StartWith("HTTP/1.1 101");
    }

    [Fact]
    public async Task Those_who_say_nothing_hold_up_no_shutdown()
    {
        var server = await TestServer.Start(DatabaseEngine.Sqlite);
        using var silent = Connect(server);
        using var served = Connect(server);
        await Send(served, Ordinary);
        await Head(served);

        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(15));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Ordinary => "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static string Request(string line, string more = "", string host = "localhost")
    {
        var key = more.StartsWith("Sec-WebSocket-Key", StringComparison.Ordinal) ? "" : Key;
        var version = more.StartsWith("Sec-WebSocket-Version", StringComparison.Ordinal) ? "" : "Sec-WebSocket-Version: 13\r\n";
        return $"{line}\r\nHost: {host}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n{version}{key}{more}\r\n";
    }

    // The status of the last answer, and for a socket its first frame.
    private async Task<string> Answer(string[] requests)
    {
        using var socket = Connect();
        var heard = "";
        foreach (var request in requests)
        {
            await Send(socket, request);
            heard = await Head(socket, "HTTP/1.1 ");
        }

        var answer = heard[heard.IndexOf("HTTP/1.1 ", StringComparison.Ordinal)..];
        var status = answer[..12];
        if (!status.EndsWith("101", StringComparison.Ordinal) || requests[^1].Contains("/hubs/", StringComparison.Ordinal)) return status;
        if (answer.EndsWith("\r\n\r\n", StringComparison.Ordinal)) answer += await Head(socket, "");
        return answer.Contains("\"hello\"", StringComparison.Ordinal) ? $"{status} hello" : $"{status} {answer[^14..]}";
    }

    private Socket Connect(TestServer? server = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect((server ?? Server).Url.Host, (server ?? Server).Url.Port);
        return socket;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static Task Send(Socket socket, string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>What comes, up to <paramref name="until"/> or the end.</summary>
    private static Task<string> Head(Socket socket, string until = "\r\n\r\n")
        => Head((buffer, patience) => socket.ReceiveAsync(buffer, patience), until);

    private static async Task<string> Head(Func<byte[], CancellationToken, ValueTask<int>> read, string until)
    {
        using var patience = new CancellationTokenSource(Timeout);
        var (heard, buffer) = (new StringBuilder(), new byte[4096]);
        do
        {
            var count = await read(buffer, patience.Token);
            if (count == 0) break;
            heard.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        while (!heard.ToString().Contains(until, StringComparison.Ordinal));

        return heard.ToString();
    }
}
