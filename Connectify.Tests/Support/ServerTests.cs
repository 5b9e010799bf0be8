using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Support;

/// <summary>
/// Base of every API test. Each test has an organization of its own, so that all tests of a class can share
/// a server; after each, the server must not have logged an error. Both engines:
/// <code>
/// public abstract class BlockTests(ServerFixture on) : ServerTests(on)
/// {
///     public sealed class OnSqlite(SqliteServer on) : BlockTests(on), IClassFixture&lt;SqliteServer&gt;;
///     public sealed class OnPostgres(PostgresServer on) : BlockTests(on), IClassFixture&lt;PostgresServer&gt;;
/// }
/// </code>
/// </summary>
public abstract class ServerTests(ServerFixture on) : IAsyncLifetime
{
    private static int _unique;

    private readonly List<User> _users = [];
    private User? _superuser;
    private JsonElement? _organization;

    protected TestServer Server => on.Server;

    /// <summary>Nobody in particular: a client without a token.</summary>
    protected ApiClient Nobody => field ??= new ApiClient(Server);

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (var user in _users)
        {
            await user.HangUp();
            user.Dispose();
        }

        Nobody.Dispose();
        var errors = Server.Log.Errors;
        Server.Log.Forget();
        errors.Should().BeEmpty("an error in the log is a failure, whatever the client was told");
    }

    /// <summary>A name that no other test has.</summary>
    protected static string Unique(string name) => $"{name}_{Interlocked.Increment(ref _unique)}";

    /// <summary>The organization of this test.</summary>
    protected async Task<long> Organization() => (_organization ??= await NewOrganization()).Id();

    /// <summary>Another organization.</summary>
    protected async Task<JsonElement> NewOrganization()
        => await (await Superuser()).Post("/api/accounts/organizations/", new { name = Unique("Organization") }).Created();

    protected async Task<User> Superuser() => _superuser ??= Keep(await Support.User.LogIn(Server, TestServer.SuperuserName));

    /// <summary>An active member of the test's organization, or of another.</summary>
    protected async Task<User> User(string name, long? organizationId = null)
        => Keep(await Support.User.Register(Server, Unique(name), organizationId ?? await Organization()));

    /// <summary>As <see cref="User"/>, with the role ADMIN.</summary>
    protected async Task<User> Admin(string name)
    {
        var admin = await User(name);
        await (await Superuser())
            .Put($"/api/accounts/organizations/{await Organization()}/users/{admin.Id}/role/", new { role = "ADMIN" }).Ok();
        return admin;
    }

    /// <summary>Has a user made elsewhere end with this test.</summary>
    protected User Keep(User user)
    {
        _users.Add(user);
        return user;
    }
}
