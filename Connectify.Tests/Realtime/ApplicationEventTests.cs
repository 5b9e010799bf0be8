using Connectify.Migrations;
using Connectify.Server.Realtime.Hub;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>What is sent by SignalR's own means reaches every kind of client: on one node here, on two below.</summary>
public abstract class ApplicationEventTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task It_reaches_whom_it_is_for_on_plain_sockets_and_hub_alike()
    {
        User ann = await User("ann"), bo = await User("bo");
        var path = await ann.StartsConversation(bo);
        Listener[] bos = [await bo.Listen(path), await bo.Listen(path, "format=flat"), await bo.Listen(""), await bo.JoinHub()];
        var anns = await ann.Listen("");
        var clients = ApplicationEvents.Clients(Server);

        // The socket for all chats joins them after its hello; a message is heard by then.
        await anns.Hears(await ann.Says(path, "hi"));
        foreach (var listener in (Listener[])[.. bos, anns]) await listener.HearsUntilNow();
        await clients.User($"{bo.Id}").SendAsync("order_shipped", new { OrderId = 7 });
        await ApplicationEvents.AllHear(bos, 7);
        await anns.HearsNo("order_shipped");

        await clients.Group($"conversation:{ChatSteps.ChatId(path)}").SendAsync("order_shipped", new { OrderId = 8 });
        await ApplicationEvents.AllHear([bos[0], bos[1], bos[2], anns], 8);
        await bos[3].HearsNothing();

        await clients.All.SendAsync("order_shipped");
        (await anns.HearsNext("order_shipped")).GetRawText().Should().Be("""{"type":"order_shipped"}""");
        await clients.User($"{ann.Id}").SendAsync("order_shipped", "a", 2);
        (await anns.HearsNext("order_shipped")).GetRawText().Should().Be("""{"type":"order_shipped","arguments":["a",2]}""");
    }

    [Theory]
    [InlineData("message")]
    [InlineData("hello")]
    [InlineData("chat_message")]
    [InlineData("Order")]
    [InlineData("order\"shipped")]
    [InlineData("order2")]
    [InlineData("")]
    public async Task A_name_that_is_the_chats_or_none_is_refused(string name)
    {
        var send = () => ApplicationEvents.Clients(Server).All.SendAsync(name, new { a = 1 });
        await send.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task So_is_a_payload_with_a_type_and_one_that_is_too_long()
    {
        var withType = () => ApplicationEvents.Clients(Server).All.SendAsync("order_shipped", new { type = "message" });
        await withType.Should().ThrowAsync<ArgumentException>();
        var tooLong = () => ApplicationEvents.Clients(Server).All.SendAsync("order_shipped", new { text = new string('a', 70_000) });
        await tooLong.Should().ThrowAsync<ArgumentException>();
    }

    // Nothing here asks the database.
    public sealed class OnSqlite(SqliteServer on) : ApplicationEventTests(on), IClassFixture<SqliteServer>;
}

/// <summary>Two nodes, and a worker that has only their Redis.</summary>
public sealed class ApplicationEventsOnTwoNodesTests : SeveralNodes
{
    private const string Prefix = "shop:";

    private TestServer _home = null!;
    private TestServer _other = null!;
    private RedisServer _redis = null!;

    protected override TestServer Home => _home;

    public override async Task InitializeAsync()
    {
        _redis = await RedisServer.Start();
        string[] settings = [_redis.Setting, $"--Redis:ChannelPrefix={Prefix}"];
        _home = await TestServer.Start(DatabaseEngine.Postgres, settings);
        _other = await _home.StartTwin(settings);
        await Ready(_home, _other);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _other.DisposeAsync();
        await _home.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Workers_and_nodes_reach_every_kind_of_client_at_both_and_once()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var path = await ann.StartsConversation(bo);
        var atOther = At(_other, bo);
        Listener[] bos =
        [
            await bo.Listen(path), await bo.Listen("", "format=flat"), await bo.JoinHubFromJavaScript("LongPolling"), await bo.JoinHubFromJavaScript("WebSockets"),
            await atOther.Listen(""), await atOther.Listen(path, "format=flat"), await atOther.JoinHubFromJavaScript("ServerSentEvents"), await atOther.JoinHub(),
        ];
        var anns = await At(_other, ann).Listen("");
        await anns.Hears(await ann.Says(path, "hi"));
        foreach (var listener in (Listener[])[.. bos, anns]) await listener.HearsUntilNow();

        (await Work($"{bo.Id}", "7")).Should().Be(0);
        await ApplicationEvents.AllHear(bos, 7);
        await anns.HearsNo("order_shipped");

        var clients = ApplicationEvents.Clients(_home);
        await clients.Users([$"{bo.Id}", $"{ann.Id}"]).SendAsync("order_shipped", new { OrderId = 8 });
        await ApplicationEvents.AllHear([.. bos, anns], 8);
        await clients.All.SendAsync("order_shipped", new { OrderId = 9 });
        await ApplicationEvents.AllHear([.. bos, anns], 9);
        await clients.Group($"conversation:{ChatSteps.ChatId(path)}").SendAsync("order_shipped", new { OrderId = 10 });
        await ApplicationEvents.AllHear([bos[0], bos[1], bos[4], bos[5], anns], 10);
        foreach (var listener in bos) await listener.HearsNo("order_shipped");

        // Other programs are not trusted with the chat's own names.
        await PublishRaw("message");
        await PublishRaw("order_shipped");
        await ApplicationEvents.AllHear([.. bos, anns], 1);

        await _redis.Kill();
        await Apart(_home);
        var send = () => clients.All.SendAsync("order_shipped", new { OrderId = 11 });
        await send.Should().ThrowAsync<InvalidOperationException>();
        (await Work($"{bo.Id}", "7")).Should().Be(1);
        await _redis.Run();
        await Ready(_home, _other);
        await send();
        await ApplicationEvents.AllHear([.. bos, anns], 11);
    }

    private async Task<int> Work(string userId, string order)
    {
        await using var worker = await SupervisedProcess.Start(
            "/dev/null", "dotnet", Path.Combine(RepositoryFolder.Built("samples/order-events"), "order-events.dll"), $"{_redis.Address},channelPrefix={Prefix}", userId, order);
        return await worker.Exited(TimeSpan.FromSeconds(60));
    }

    // [[], {"json": …}] in MessagePack, to everybody.
    private Task PublishRaw(string name)
    {
        var json = $$"""{"type":1,"target":"{{name}}","arguments":[{"order_id":1}]}""" + "\u001e";
        return _redis.Do("PUBLISH", $"{Prefix}Connectify.Protocol.ApplicationEvents:all", $"\u0092\u0090\u0081\u00a4json\u00c4{(char)json.Length}{json}");
    }
}

file static class ApplicationEvents
{
    public static IHubClients Clients(TestServer server) => server.Services.GetRequiredService<IHubContext<ChatHub>>().Clients;

    public static async Task AllHear(IEnumerable<Listener> listeners, int order)
    {
        foreach (var listener in listeners)
        {
            var body = (await listener.Hears("order_shipped")).GetRawText();
            body.Should().BeOneOf($$"""{"type":"order_shipped","order_id":{{order}}}""", $$"""{"order_id":{{order}}}""");
        }
    }
}
