using Connectify.Migrations;
using Xunit;

namespace Connectify.Tests.Support;

/// <summary>One server for all tests of a class: start-up is most of what a short test would cost.</summary>
public abstract class ServerFixture(DatabaseEngine engine, params string[] settings) : IAsyncLifetime
{
    private TestServer? _server;

    public TestServer Server => _server ?? throw new InvalidOperationException("The server has not been started.");

    public async Task InitializeAsync() => _server = await TestServer.Start(engine, settings);

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}

public sealed class SqliteServer() : ServerFixture(DatabaseEngine.Sqlite);

public sealed class PostgresServer() : ServerFixture(DatabaseEngine.Postgres);
