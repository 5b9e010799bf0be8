using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Connectify.Tests.Support;

/// <summary>A real <c>pgbouncer</c> of the test's own in transaction mode, on a free loopback port, in front of a cluster.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder;
    private readonly SupervisedProcess _process;
    private readonly int _port;

    private PgBouncer(DirectoryInfo folder, SupervisedProcess process, int port) => (_folder, _process, _port) = (folder, process, port);

    /// <param name="database">A connection string of the cluster's.</param>
    /// <param name="serverConnections">How many it keeps to PostgreSQL, for all of its clients.</param>
    public static async Task<PgBouncer> Start(string database, int serverConnections)
    {
        var (folder, port, to) = (Directory.CreateTempSubdirectory("connectify-test-"), FreePort.Take(), new NpgsqlConnectionStringBuilder(database));
        var file = Path.Combine(folder.FullName, "pgbouncer.ini");
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            * = host={to.Host} port={to.Port} user={to.Username}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = {serverConnections}
            max_client_conn = 1000
            """));

        // It refuses root. setpriv becomes it, so that the signals of the test reach it.
        string[] command = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "pgbouncer", file]
            : ["pgbouncer", file];
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var bouncer = new PgBouncer(folder, await SupervisedProcess.Start("/dev/null", command), port);
        await bouncer.Answers();
        return bouncer;
    }

    /// <returns>The connection string that leads to the same database by way of it.</returns>
    public string Through(string database)
        => new NpgsqlConnectionStringBuilder(database) { Host = "127.0.0.1", Port = _port }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task Answers()
    {
        using var patience = new CancellationTokenSource(Timeout);
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, _port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }
}
