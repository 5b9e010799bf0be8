using Connectify.Migrations;
using Connectify.Server.Realtime.Events;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Two nodes on one PostgreSQL, with a Redis of their own between them.</summary>
public sealed class TwoNodes : IAsyncLifetime
{
    public TestServer A { get; private set; } = null!;

    public TestServer B { get; private set; } = null!;

    public RedisServer Redis { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Redis = await RedisServer.Start();
        A = await TestServer.Start(DatabaseEngine.Postgres, Redis.Setting);
        B = await A.StartTwin(Redis.Setting);
        await SeveralNodes.Ready(A, B);
    }

    public async Task DisposeAsync()
    {
        await B.DisposeAsync();
        await A.DisposeAsync();
        await Redis.DisposeAsync();
    }
}

/// <summary>Base of tests on several nodes: people of the test's own, who end with it.</summary>
public abstract class SeveralNodes : IAsyncLifetime
{
    private static int _unique;

    private readonly List<User> _users = [];
    private long _organization;

    /// <summary>Where people register.</summary>
    protected abstract TestServer Home { get; }

    /// <summary>Returns when the nodes hear each other.</summary>
    internal static async Task Ready(params TestServer[] nodes)
    {
        foreach (var node in nodes) await Until(() => Task.FromResult(!Backplane(node).IsDown), "Redis is there");
    }

    /// <summary>Returns when the nodes have noticed that Redis is away.</summary>
    internal static async Task Apart(params TestServer[] nodes)
    {
        foreach (var node in nodes) await Until(() => Task.FromResult(Backplane(node).IsDown), "Redis is away");
    }

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (var user in _users)
        {
            await user.HangUp();
            user.Dispose();
        }

        var errors = Home.Log.Errors;
        Home.Log.Forget();
        errors.Should().BeEmpty("an error in the log is a failure");
    }

    protected static async Task Until(Func<Task<bool>> holds, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds())
        {
            if (patience.IsCancellationRequested) throw new TimeoutException($"Never came about: {what}");
            await Task.Delay(20);
        }
    }

    /// <summary>A member of the test's organization, at <see cref="Home"/>.</summary>
    protected async Task<User> User(string name)
    {
        var root = await Superuser();
        if (_organization == 0) _organization = (await root.Post("/api/accounts/organizations/", new { name = Unique("Organization") }).Created()).Id();
        return Keep(await Support.User.Register(Home, Unique(name), _organization));
    }

    /// <summary>The same person, with the same token, at another node.</summary>
    protected User At(TestServer node, User user) => Keep(user.At(node));

    protected async Task<User> Superuser() => Keep(await Support.User.LogIn(Home, TestServer.SuperuserName));

    /// <summary>What someone says in a chat, until <paramref name="last"/>.</summary>
    protected static async Task<List<string>> HearsUntil(PlainSocket socket, string last)
    {
        var heard = new List<string>();
        do heard.Add((await socket.HearsNext("message")).Part("message").Text("content"));
        while (heard[^1] != last);
        return heard;
    }

    private static IBackplane Backplane(TestServer node) => node.Services.GetRequiredService<IBackplane>();

    private static string Unique(string name) => $"{name}_node_{Interlocked.Increment(ref _unique)}";

    private User Keep(User user)
    {
        _users.Add(user);
        return user;
    }
}
