using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Connectify.Protocol;
using Connectify.Server.Realtime.Connections;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>SignalR's records on the hub's WebSockets, which aren't ASP.NET Core's own.</summary>
public sealed class HubSocketTests(SqliteServer on) : ServerTests(on), IClassFixture<SqliteServer>
{
    private const int Completion = 3;
    private const int CloseRecord = 7;

    [Fact]
    public async Task As_many_records_as_there_are_may_come_in_one_message()
    {
        var (ann, path) = await Chat();
        await using var socket = await Hub(ann);
        var content = new string('x', 9_000);

        await socket.Send([RecordSocket.Handshake, .. Enumerable.Range(1, 40).Select(i => Send(i, path, content))]);

        (await socket.Next()).GetRawText().Should().Be("{}");
        for (var i = 1; i <= 40; i++)
        {
            var answer = await socket.Next();
            answer.Number("type").Should().Be(Completion);
            answer.Text("invocationId").Should().Be($"{i}");
            answer.Part("result").Text("content").Should().Be(content);
        }
    }

    [Fact]
    public async Task A_record_may_come_in_pieces()
    {
        var (ann, path) = await Chat();
        await using var socket = await Hub(ann);
        var records = RecordSocket.Bytes(RecordSocket.Handshake, Send(1, path, "ä€"), Send(2, path, "and on"));

        for (var i = 0; i < records.Length; i++) await socket.SendBytes(records.AsMemory(i, 1), WebSocketMessageType.Text, isLast: i % 7 == 0);

        (await socket.Next()).GetRawText().Should().Be("{}");
        (await socket.Next()).Part("result").Text("content").Should().Be("ä€");
        (await socket.Next()).Part("result").Text("content").Should().Be("and on");
    }

    [Fact]
    public async Task What_was_missed_comes_after_the_answer_and_before_what_is_new()
    {
        var (ann, path) = await Chat();
        const int Missed = 20;
        const int Rounds = 10;
        for (var i = 1; i <= Missed; i++) await ann.Says(path, $"{i}");
        var sending = Task.Run(async () =>
        {
            for (var i = 1; i <= 10 * Rounds; i++) await ann.Says(path, $"{Missed + i}");
        });
        for (var round = 1; round <= Rounds; round++)
        {
            await using var socket = await Hub(ann);
            await socket.Send(RecordSocket.Handshake, Invocation(round, "Join", $$"""{"conversation_id":{{ChatSteps.ChatId(path)}},"since":0}"""));
            (await socket.Next()).GetRawText().Should().Be("{}");
            var answer = await socket.Next();
            answer.Number("type").Should().Be(Completion);
            answer.Text("invocationId").Should().Be($"{round}");
            for (var next = 1; next <= Missed + (10 * round); next++)
            {
                var heard = await socket.Next();
                heard.Text("target").Should().Be(Frames.Message);
                heard.GetProperty("arguments")[0].Part("message").Text("content").Should().Be(next.ToString(CultureInfo.InvariantCulture));
            }
        }

        await sending;
    }

    [Theory]
    [InlineData("connectify")]
    [InlineData("connectify-flat")]
    [InlineData("messagepack")]
    public async Task No_protocol_but_json_can_be_asked_for(string protocol)
    {
        await using var socket = await Hub(await User("ann"));

        await socket.Send($$"""{"protocol":"{{protocol}}","version":1}""");

        (await socket.Next()).Text("error").Should().Contain(protocol);
        await Ends(socket);
    }

    [Theory]
    [InlineData(200_000)]
    [InlineData(64 * 1024 + 4096)]
    public async Task A_record_that_is_too_long_is_refused(int length)
    {
        var (ann, path) = await Chat();
        await using var socket = await Greeted(ann);

        await socket.Send(Send(1, path, new string('x', length)));

        var last = await socket.Next();
        last.Number("type").Should().Be(CloseRecord);
        last.Has("allowReconnect").Should().BeFalse();
        last.Text("error").Should().Be("The message is too large");
        await Ends(socket, WebSocketCloseStatus.MessageTooBig);
    }

    [Fact]
    public async Task A_record_within_a_message_may_be_too_long_too()
    {
        var (ann, path) = await Chat();
        await using var socket = await Greeted(ann);

        await socket.Send([Invocation(1, "Ping", ""), Send(2, path, new string('x', 70_000)), Invocation(3, "Ping", "")]);

        (await socket.Next()).Text("invocationId").Should().Be("1");
        (await socket.Next()).Number("type").Should().Be(CloseRecord);
        await Ends(socket, WebSocketCloseStatus.MessageTooBig);
    }

    [Fact]
    public async Task What_is_no_record_ends_the_connection_and_no_other()
    {
        var (ann, path) = await Chat();
        await using var other = await Greeted(ann);
        foreach (var bytes in new byte[][] { [(byte)'x', 0x1e], [0x1e], [.. "{}"u8, 0x1e] })
        {
            await using var socket = await Greeted(ann);
            await socket.SendBytes(bytes, WebSocketMessageType.Text, isLast: true);
            (await socket.Next()).Number("type").Should().Be(CloseRecord);
            await Ends(socket);
        }

        await other.Send(Send(1, path, "still here"));
        (await other.Next()).Part("result").Text("content").Should().Be("still here");
    }

    [Fact]
    public async Task Whoever_leaves_gets_an_answer()
    {
        await using var socket = await Greeted(await User("ann"));

        await socket.Close();

        (await socket.Next()).Number("type").Should().Be(CloseRecord);
        await Ends(socket);
    }

    [Fact]
    public async Task What_one_node_negotiated_another_serves()
    {
        await using var other = await Server.StartTwin();
        var ann = await User("ann");
        var negotiated = await ann.Post("/hubs/chat/negotiate?negotiateVersion=1", new { }).Ok();
        await using var socket = await RecordSocket.Open(other.SocketUrl($"/hubs/chat?id={negotiated.Text("connectionToken")}&access_token={ann.Token}"));

        await socket.Send(RecordSocket.Handshake, Invocation(1, "Ping", ""));

        (await socket.Next()).GetRawText().Should().Be("{}");
        (await socket.Next()).Part("result").Has("timestamp").Should().BeTrue();
    }

    [Fact]
    public async Task Who_may_not_stay_hears_nothing_more_and_is_not_asked_back()
    {
        var (ann, path) = await Chat();
        await using var socket = await Hub(ann);
        await socket.Send(RecordSocket.Handshake, Invocation(1, "Join", $$"""{"conversation_id":{{ChatSteps.ChatId(path)}}}"""));
        (await socket.Next()).GetRawText().Should().Be("{}");
        (await socket.Next()).Number("type").Should().Be(Completion);

        await (await Admin("admin")).Post("/api/accounts/deactivate/", new { user_id = ann.Id }).Ok();

        var last = await socket.Next();
        last.Number("type").Should().Be(CloseRecord);
        last.Has("allowReconnect").Should().BeFalse();
        await Ends(socket, (WebSocketCloseStatus)CloseCodes.Unauthorized);
    }

    [Theory]
    [InlineData(CloseCodes.Unauthorized, false)]
    [InlineData(CloseCodes.PolicyViolation, false)]
    [InlineData(CloseCodes.GoingAway, true)]
    [InlineData(CloseCodes.InternalError, true)]
    [InlineData(CloseCodes.TryAgainLater, true)]
    public async Task The_last_word_says_whether_to_come_again_and_nothing_follows_it(int code, bool mayComeAgain)
    {
        var ann = await User("ann");
        await using var socket = await Greeted(ann);
        await socket.Send(Invocation(1, "Ping", ""));
        (await socket.Next()).Number("type").Should().Be(Completion);
        var client = Server.Services.GetRequiredService<ConnectionStore>().OfUser(ann.Id).Single();

        client.Close(code, "over");
        client.Send(Frames.Typing, "{}"u8.ToArray());

        var last = await socket.Next();
        last.Number("type").Should().Be(CloseRecord);
        last.Has("allowReconnect").Should().Be(mayComeAgain);
        await Ends(socket, (WebSocketCloseStatus)code);
    }

    /// <summary>Nginx's first example of WebSockets asks for an upgrade in every request.</summary>
    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("*/*")]
    public async Task A_request_that_asks_to_upgrade_to_nothing_is_one_like_the_others(string accepted)
    {
        var ann = await User("ann");
        var negotiated = await ann.Post("/hubs/chat/negotiate?negotiateVersion=1", new { }).Ok();
        var target = $"/hubs/chat?id={negotiated.Text("connectionToken")}&access_token={ann.Token}";
        using var socket = new TcpClient(Server.Url.Host, Server.Url.Port) { ReceiveTimeout = 10_000 };
        await using var stream = socket.GetStream();

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nAccept: {accepted}\r\n\r\n"));

        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30))).Should().Be("HTTP/1.1 200 OK");
    }

    [Fact]
    public async Task Who_never_shakes_hands_holds_up_no_shutdown()
    {
        var server = await Server.StartTwin();
        await using var socket = await RecordSocket.Open(server.SocketUrl($"/hubs/chat?access_token={(await User("ann")).Token}"));

        var stopping = server.DisposeAsync().AsTask();

        await Ends(socket, WebSocketCloseStatus.EndpointUnavailable);
        await stopping;
    }

    [Fact]
    public async Task When_the_server_goes_its_clients_may_come_again()
    {
        var server = await Server.StartTwin();
        await using var socket = await RecordSocket.Open(server.SocketUrl($"/hubs/chat?access_token={(await User("ann")).Token}"));
        await socket.Send(RecordSocket.Handshake, Invocation(1, "Ping", ""));
        (await socket.Next()).GetRawText().Should().Be("{}");
        (await socket.Next()).Number("type").Should().Be(Completion);

        var stopping = server.DisposeAsync().AsTask();

        (await socket.Next()).Flag("allowReconnect").Should().BeTrue();
        await Ends(socket, WebSocketCloseStatus.EndpointUnavailable);
        await stopping;
    }

    private static async Task Ends(RecordSocket socket, WebSocketCloseStatus with = WebSocketCloseStatus.NormalClosure)
    {
        await socket.Invoking(gone => gone.Next()).Should().ThrowAsync<EndOfStreamException>();
        socket.ClosedWith.Should().Be(with);
    }

    private async Task<(User Ann, string Path)> Chat()
    {
        var ann = await User("ann");
        return (ann, await ann.StartsConversation(await User("bo")));
    }

    private async Task<RecordSocket> Greeted(User user)
    {
        var socket = await Hub(user);
        await socket.Send(RecordSocket.Handshake);
        (await socket.Next()).GetRawText().Should().Be("{}");
        return socket;
    }

    private Task<RecordSocket> Hub(User user) => RecordSocket.Open(Server.SocketUrl($"/hubs/chat?access_token={user.Token}"));

    private static string Send(int id, string path, string content)
        => Invocation(id, "SendMessage", $$"""{"conversation_id":{{ChatSteps.ChatId(path)}},"content":"{{content}}"}""");

    private static string Invocation(int id, string method, string argument)
        => $$"""{"type":1,"invocationId":"{{id}}","target":"{{method}}","arguments":[{{argument}}]}""";
}
