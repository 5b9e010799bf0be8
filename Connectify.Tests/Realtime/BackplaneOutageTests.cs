using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Redis comes late, dies, freezes and returns: everything is heard, once and in order, only later.</summary>
public sealed class BackplaneOutageTests(TwoNodes on) : SeveralNodes, IClassFixture<TwoNodes>
{
    protected override TestServer Home => on.A;

    [Fact]
    public async Task Nothing_is_lost_or_doubled_while_redis_dies_and_returns()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var chat = await ann.StartsConversation(bo);
        var bos = await At(on.B, bo).Listen(chat);
        var said = new List<string>();
        async Task Say(int count)
        {
            for (var i = 0; i < count; i++)
            {
                said.Add($"{said.Count}");
                await ann.Says(chat, said[^1]);
            }
        }

        await Say(5);
        await on.Redis.Kill();
        await Say(5);
        var heard = await HearsUntil(bos, said[^1]);
        await Apart(on.A, on.B);
        var (newcomers, late) = (await ann.StartsConversation(await User("cy")), await At(on.B, ann).Listen(""));
        await Say(3);
        heard.AddRange(await HearsUntil(bos, said[^1]));
        await on.Redis.Run();
        await Ready(on.A, on.B);
        await Say(3);
        heard.AddRange(await HearsUntil(bos, said[^1]));

        heard.Should().Equal(said);
        await bos.HearsNothing();

        // A chat first followed during the outage is heard by Redis again as well.
        await late.Hears(await ann.Says(newcomers, "hi"));
    }

    [Fact]
    public async Task A_frozen_redis_holds_up_neither_senders_nor_hearers()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var chat = await ann.StartsConversation(bo);
        var bos = await At(on.B, bo).Listen(chat);
        on.Redis.Freeze();
        for (var i = 0; i < 20; i++) await ann.Says(chat, $"{i}");
        var heard = await HearsUntil(bos, "19");
        await Apart(on.A, on.B);
        on.Redis.Thaw();
        await Ready(on.A, on.B);
        await ann.Says(chat, "end");
        heard.AddRange(await HearsUntil(bos, "end"));
        heard.Should().Equal([.. Enumerable.Range(0, 20).Select(i => $"{i}"), "end"]);
    }

    [Fact]
    public async Task A_redis_that_forgets_its_clients_loses_nothing()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var chat = await ann.StartsConversation(bo);
        var bos = await At(on.B, bo).Listen(chat);
        await on.Redis.Do("FLUSHALL");
        await on.Redis.Do("CLIENT", "KILL", "TYPE", "pubsub");
        await on.Redis.Do("CLIENT", "KILL", "TYPE", "normal");
        await bos.Hears(await ann.Says(chat, "hi"));
        await Ready(on.A, on.B);
        await bos.Hears(await ann.Says(chat, "again"));
    }
}

/// <summary>Each with nodes of its own, because Redis is not there, or a node ends.</summary>
public sealed class BackplaneAloneTests : SeveralNodes
{
    private TestServer _home = null!;
    private TestServer _other = null!;
    private RedisServer _redis = null!;

    protected override TestServer Home => _home;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _other.DisposeAsync();
        await _home.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Without_redis_all_that_counts_still_arrives()
    {
        await Begin(RedisServer.NotYet());
        var (ann, bo, cy) = (await User("ann"), await User("bo"), await User("cy"));
        var device = await bo.OnAnotherDevice();
        var chat = await ann.StartsGroup(bo, cy);
        var (bos, inbox) = (await At(_other, bo).Listen(chat), await At(_other, bo).Listen(""));
        var (cys, devices) = (await At(_other, cy).Listen(""), await At(_other, device).Listen(""));
        (await ann.Get("/readyz").Ok()).Text("redis").Should().Be("away");

        await bos.Hears(await ann.Says(chat, "hi"));
        await ann.StartsConversation(bo);
        await inbox.Hears("chat_added");
        await ann.Post($"/api/messaging/{chat}remove_member/", new { member_id = bo.Id }).Ok();
        (await bos.Closed()).Should().Be(4004);
        await inbox.Hears("chat_removed");
        await bo.Post("/api/accounts/password/", new { current_password = TestServer.Password, new_password = "another fine password" }).Ok();
        (await devices.Closed()).Should().Be(4003);
        await (await Superuser()).Post("/api/accounts/deactivate/", new { user_id = cy.Id }).Ok();
        (await cys.Closed()).Should().Be(4003);
        await Until(() => Task.FromResult(SaidAway() > 0), "that Redis can't be reached is said");
        SaidAway().Should().Be(1);
        device.Dispose();

        await _redis.Run();
        await Ready(_home, _other);
        (await ann.Get("/readyz").Ok()).Text("redis").Should().Be("connected");
    }

    private int SaidAway() => _home.Log.Warnings.Count(line => line.Contains("Redis can't be reached"));

    private async Task Begin(RedisServer redis)
    {
        _redis = redis;
        _home = await TestServer.Start(DatabaseEngine.Postgres, redis.Setting);
        _other = await _home.StartTwin(redis.Setting);
    }
}
