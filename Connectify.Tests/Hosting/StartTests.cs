using System.Net;
using System.Net.Sockets;
using Connectify.Migrations;
using Connectify.Tests.Scenarios;
using Connectify.Tests.Support;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace Connectify.Tests.Hosting;

/// <summary>A start that comes to nothing.</summary>
public sealed class StartTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("connectify-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Held_up_by_another_migration_it_says_so_and_starts_when_that_one_is_done()
    {
        await using var data = await ServerData.Create(DatabaseEngine.Postgres);
        await using var other = new NpgsqlConnection($"{data.Postgres};Pooling=false");
        await other.OpenAsync();
        await using var hold = new NpgsqlCommand("SELECT pg_advisory_lock(4859223943382529129)", other);
        await hold.ExecuteNonQueryAsync();
        await using var server = new Node("late", _folder.FullName,
            ["--environment=Production", "--Auth:SigningKey=a key of at least thirty-two bytes, for this test", $"--DataPath={_folder.FullName}", $"--ConnectionStrings:Postgres={data.Postgres}"]);

        await server.Start();

        await Until(async () => File.Exists(server.Log) && (await File.ReadAllTextAsync(server.Log)).Contains("Waiting for the migration lock of database", StringComparison.Ordinal));
        (await server.Readiness()).Should().NotBe(200);
        await other.CloseAsync();
        await server.Serves();
    }

    [Fact]
    public async Task Told_to_end_while_it_waits_for_the_database_it_ends_as_any_other()
    {
        // Takes the connection, hears what is asked, and says nothing.
        using var database = new TcpListener(IPAddress.Loopback, 0);
        database.Start();
        var (log, port) = (Path.Combine(_folder.FullName, "log"), ((IPEndPoint)database.LocalEndpoint).Port);
        await using var server = await SupervisedProcess.Start(
            log, "dotnet", Path.Combine(RepositoryFolder.Built("Connectify.Server"), "Connectify.Server.dll"), $"--Urls=http://127.0.0.1:{FreePort.Take()}",
            "--environment=Production", "--Auth:SigningKey=a key of at least thirty-two bytes, for this test", $"--DataPath={_folder.FullName}",
            $"--ConnectionStrings:Postgres=Host=127.0.0.1;Port={port};Username=nobody;Timeout=60");
        using var asking = await database.AcceptTcpClientAsync().WaitAsync(Timeout);
        (await asking.GetStream().ReadAsync(new byte[8]).AsTask().WaitAsync(Timeout)).Should().BePositive();

        server.Send(Signal.Terminate);

        (await server.Exited(Timeout)).Should().Be(0);
        (await File.ReadAllTextAsync(log)).Should().NotContain("Unhandled");
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        while (!await holds()) await Task.Delay(20, timeout.Token);
    }
}
