using Connectify.Tests.Support;

namespace Connectify.Tests.Scenarios;

/// <summary>Some server processes on one PostgreSQL and one Redis, set up as in production, all of them there to be hurt.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    public const string Superuser = "root";
    public const string Password = TestServer.Password;

    private const int LineLength = 300;

    private readonly string _folder = Directory.CreateTempSubdirectory("connectify-chaos-").FullName;

    private Cluster(PostgresCluster postgres, RedisServer redis) => (Postgres, Redis) = (postgres, redis);

    public PostgresCluster Postgres { get; }

    public RedisServer Redis { get; }

    public IReadOnlyList<Node> Nodes { get; private set; } = [];

    public Journal Journal { get; private set; } = null!;

    /// <summary>For faults: one at a time.</summary>
    public SemaphoreSlim PostgresTurn { get; } = new(1, 1);

    public SemaphoreSlim RedisTurn { get; } = new(1, 1);

    /// <param name="nodes">How many nodes.</param>
    /// <param name="settings">More of each node's settings: <c>--Messaging:ResumeLimit=5</c>.</param>
    public static async Task<Cluster> Start(int nodes, params string[] settings)
    {
        var cluster = new Cluster(await PostgresCluster.Own(), await RedisServer.Start());
        try
        {
            var database = await cluster.Postgres.CreateDatabase();
            string[] all = [.. cluster.Settings(database), .. settings];
            cluster.Nodes = [.. Enumerable.Range(1, nodes).Select(number => new Node($"node{number}", cluster._folder, all))];
            await Task.WhenAll(cluster.Nodes.Select(node => node.Start()));
            await cluster.Ready();
            cluster.Journal = new Journal(database);
            await cluster.Journal.Begin();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when all nodes serve and hear each other.</summary>
    public Task Ready() => Task.WhenAll(Nodes.Select(node => node.Ready()));

    /// <summary>What nodes logged as a fault of their own.</summary>
    public IEnumerable<string> Errors()
        => Nodes.SelectMany(node => File.ReadLines(node.Log).Where(IsError).Select(line => $"{node.Name}: {line[..Math.Min(line.Length, LineLength)]}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
        PostgresTurn.Dispose();
        RedisTurn.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static bool IsError(string line)
        => line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal)
            || line.StartsWith("Unhandled exception", StringComparison.Ordinal);

    private string[] Settings(string database) =>
    [
        "--environment=Production",
        $"--contentRoot={AppContext.BaseDirectory}",
        $"--DataPath={_folder}",
        $"--ConnectionStrings:Postgres={database}",
        Redis.Setting,
        "--Auth:SigningKey=a key of at least thirty-two bytes, the same on every node",
        "--Auth:AccessTokenMinutes=1000",
        "--Accounts:AutoActivate=true",
        "--RateLimits:Enabled=false",
        $"--Bootstrap:SuperuserUsername={Superuser}",
        "--Bootstrap:SuperuserEmail=root@example.com",
        $"--Bootstrap:SuperuserPassword={Password}",
        "--Logging:LogLevel:Default=Warning",
        "--Logging:Console:FormatterName=simple",
        "--Logging:Console:FormatterOptions:SingleLine=true",
        "--Logging:Console:FormatterOptions:TimestampFormat=HH:mm:ss.fff ",
    ];
}
