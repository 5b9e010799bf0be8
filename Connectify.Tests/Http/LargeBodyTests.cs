using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Http;

/// <summary>20 MB where a few letters belong: a client that sends everything before it reads still gets the answer.</summary>
public sealed class LargeBodyTests(SqliteServer on) : ServerTests(on), IClassFixture<SqliteServer>
{
    private const int Length = 20 * 1024 * 1024;
    private static readonly byte[] Block = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Json(bool chunked)
    {
        var ann = await User("ann");
        (await Send("PUT", "/api/accounts/profile/", "application/json", ann, chunked)).Should().StartWith("HTTP/1.1 413 ").And.Contain("\"too_large\"");
        (await Send("POST", "/api/accounts/login/", "application/json", null, chunked)).Should().StartWith("HTTP/1.1 413 ");
        (await Send("POST", "/api/messaging/group-chats/", "application/json", ann, chunked)).Should().StartWith("HTTP/1.1 413 ");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Forms(bool chunked)
    {
        const string Form = "multipart/form-data; boundary=X";
        var (ann, bo) = (await User("ann"), await User("bo"));
        var send = $"/api/messaging/{await ann.StartsConversation(bo)}send_message/";
        const string Text = "--X\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n";
        const string Picture = "--X\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"a\"\r\n\r\n";
        (await Send("POST", send, Form, ann, chunked, Text)).Should().StartWith("HTTP/1.1 413 ").And.Contain("\"too_large\"");
        (await Send("POST", "/api/messaging/group-chats/", Form, ann, chunked, Text)).Should().StartWith("HTTP/1.1 413 ").And.Contain("\"too_large\"");
        (await Send("POST", "/api/messaging/group-chats/", Form, ann, chunked, Picture)).Should().StartWith("HTTP/1.1 413 ");
        (await Send("POST", send, Form, ann, chunked, "no form at all")).Should().StartWith("HTTP/1.1 400 ");
    }

    [Fact]
    public async Task Where_no_body_is_read()
    {
        var ann = await User("ann");
        (await Send("POST", "/api/messaging/group-chats/", "application/json", null)).Should().StartWith("HTTP/1.1 401 ");
        (await Send("POST", "/api/nowhere/", "application/json", ann)).Should().StartWith("HTTP/1.1 404 ");
        (await Send("POST", "/healthz", "application/json", null)).Should().StartWith("HTTP/1.1 405 ");
        (await Send("PUT", "/api/accounts/profile/", "text/plain", ann)).Should().StartWith("HTTP/1.1 415 ");
        (await Send("GET", "/api/accounts/profile/", "application/json", ann)).Should().StartWith("HTTP/1.1 200 ");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_hub(bool chunked)
    {
        var ann = await User("ann");
        (await Send("POST", "/hubs/chat?id=none", "text/plain", ann, chunked)).Should().StartWith("HTTP/1.1 413 ");
        (await Send("POST", "/hubs/chat/negotiate?negotiateVersion=1", "text/plain", ann, chunked)).Should().StartWith("HTTP/1.1 413 ");
    }

    [Fact]
    public async Task A_client_that_asks_first_is_told_at_once()
    {
        using var client = await Connect("PUT", "/api/accounts/profile/", "application/json", await User("ann"), $"Expect: 100-continue\r\nContent-Length: {Length}");
        using var reader = new StreamReader(client.GetStream());
        (await reader.ReadLineAsync()).Should().StartWith("HTTP/1.1 413 ");
    }

    private async Task<string> Send(string method, string path, string type, User? who, bool chunked = false, string beginning = "")
    {
        using var client = await Connect(method, path, type, who, chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {Length + beginning.Length}");
        var stream = client.GetStream();
        var size = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Block.Length:x}\r\n"));
        if (beginning.Length > 0) await stream.WriteAsync(Encoding.ASCII.GetBytes(chunked ? $"{beginning.Length:x}\r\n{beginning}\r\n" : beginning));
        for (var sent = 0; sent < Length; sent += Block.Length)
        {
            if (chunked) await stream.WriteAsync(size);
            await stream.WriteAsync(Block);
            if (chunked) await stream.WriteAsync("\r\n"u8.ToArray());
        }

        if (chunked) await stream.WriteAsync("0\r\n\r\n"u8.ToArray());
        return await Answer(client);
    }

    private async Task<TcpClient> Connect(string method, string path, string type, User? who, string length)
    {
        var client = new TcpClient();
        await client.ConnectAsync(Server.Url.Host, Server.Url.Port);
        var authorization = who is null ? "" : $"Authorization: Bearer {who.Token}\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: {Server.Url.Authority}\r\n{authorization}Content-Type: {type}\r\nConnection: close\r\n{length}\r\n\r\n"));
        return client;
    }

    private static async Task<string> Answer(TcpClient client)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var answer = new MemoryStream();
        await client.GetStream().CopyToAsync(answer, timeout.Token);
        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
