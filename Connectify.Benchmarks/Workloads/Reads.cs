using System.Diagnostics;
using System.Net.Http.Headers;
using Connectify.Benchmarks.World;

namespace Connectify.Benchmarks.Workloads;

/// <summary>
/// W6: reading from a large database. User 0 reads the large chat, 1 has a list of 50 chats, 2 has 200 chats with
/// 20 unread messages each, 3 the same chats with nothing read; user 4 wrote everything. In the
/// large chat every 50th message has been read by itself, so that the table of reads is a large one too.
/// </summary>
internal sealed class Reads : IAsyncDisposable
{
    private const int Author = 4;
    private const int Page = 20;
    private readonly BenchmarkRun _run;
    private readonly HttpClient _http = new();
    private readonly Dictionary<string, double> _scansBefore = [];
    private readonly (string Name, int User, string Path)[] _requests;

    private Reads(BenchmarkRun run, int largeChat, long cursor)
    {
        _run = run;
        LargeChat = largeChat;
        _requests =
        [
            ("list of 50 chats", 1, "?"),
            ("page 1", 0, $"{ChatWorld.FirstId}/messages/?page=1"),
            ("deep page by cursor", 0, $"{ChatWorld.FirstId}/messages/?before={cursor}"),
            ("200 chats, 20 unread each", 2, "?"),
            ("200 chats, all unread", 3, "?"),
        ];
    }

    public int LargeChat { get; }

    public IEnumerable<string> Names => _requests.Select(request => request.Name);

    /// <param name="cluster">PostgreSQL.</param>
    /// <param name="largeChat">Messages in the large chat; the others have a share of it.</param>
    public static async Task<Reads> Open(Cluster cluster, int largeChat)
    {
        var fifty = Enumerable.Repeat<int[]>([1, Author], 50);
        var twoHundred = Enumerable.Repeat<int[]>([2, 3, Author], 200);
        var run = await BenchmarkRun.Open(ServerKind.Connectify, ChatWorld.Of(5, [[0, Author], .. fifty, .. twoHundred]), cluster);
        await run.Use(connection => Seeding.Execute(connection, Fill(largeChat)));
        await run.Use(connection => Seeding.Execute(connection, "VACUUM ANALYZE"));

        // As deep as a hundredth of the messages has pages: page 10,000 of a million.
        var cursor = await run.Number(
            $"SELECT id FROM messages WHERE chat_id = {ChatWorld.FirstId} AND seq = {largeChat - (largeChat / 100 * Page)}");
        var reads = new Reads(run, largeChat, (long)cursor);
        await reads.CountScansFromNow();
        return reads;
    }

    /// <summary>Times requests of one kind, after as many again to warm up.</summary>
    /// <returns>Milliseconds of each, and statements per request.</returns>
    public async Task<(List<double> Milliseconds, double Statements)> Run(string name, int requests)
    {
        var (_, user, path) = _requests.First(request => request.Name == name);
        await Time(user, path, requests);
        await _run.ForgetStatements();
        return (await Time(user, path, requests), await _run.Statements() / requests);
    }

    /// <summary>Which tables that grow with the messages PostgreSQL has read from end to end since the database was filled. Ends the server.</summary>
    public async Task<List<string>> WholeTablesRead()
    {
        _run.Server.Dispose();

        await UntilZero("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        var scans = new List<string>();
        foreach (var (table, before) in _scansBefore)
        {
            if (await Scans(table) - before is > 0 and var count) scans.Add($"{table} read whole {count} times at {LargeChat:N0}");
        }

        return scans;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _run.DisposeAsync();
    }

    // With a server of its own, that started on full tables: what was asked while they were empty is not meant.
    private async Task CountScansFromNow()
    {
        await EndServer();
        foreach (var table in (string[])["messages", "message_reads"]) _scansBefore[table] = await Scans(table);
        await _run.StartServer();
    }

    // A backend has told all that it has counted when it is gone.
    private async Task EndServer()
    {
        _run.Server.Dispose();
        Npgsql.NpgsqlConnection.ClearAllPools();
        await UntilZero("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
    }

    private async Task UntilZero(string sql)
    {
        for (var waited = Stopwatch.StartNew(); await _run.Number(sql) > 0; await Task.Delay(50))
        {
            if (waited.Elapsed > TimeSpan.FromSeconds(20)) throw new TimeoutException(sql);
        }
    }

    private Task<double> Scans(string table) => _run.Number($"SELECT seq_scan FROM pg_stat_user_tables WHERE relname = '{table}'");

    private async Task<List<double>> Time(int user, string path, int requests)
    {
        var times = new List<double>();
        for (var i = 0; i < requests; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{_run.Server.Port}/api/messaging/group-chats/{path}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _run.Tokens[user]);
            var start = Stopwatch.GetTimestamp();
            using var response = await _http.SendAsync(request);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            response.EnsureSuccessStatusCode();
        }

        return times;
    }

    // Written in the order of time, so that the chats' messages lie between each other as they do in use.
    private static string Fill(int largeChat)
    {
        var (first, author) = (ChatWorld.FirstId, ChatWorld.FirstId + Author);
        string Chats(long from, long count, int messages) => $"""
            INSERT INTO messages (chat_id, seq, created_seq, sender_id, content, created_at, updated_at)
            SELECT c, n, n, {author}, repeat('word ', 20), 1750000000000 + n, 1750000000000 + n
            FROM generate_series(1, {messages}) n, generate_series({from}, {from + count - 1}) c ORDER BY n;
            UPDATE chats SET last_seq = {messages}, message_count = {messages} WHERE id BETWEEN {from} AND {from + count - 1};
            """;
        return $"""
            {Chats(first, 1, largeChat)}
            {Chats(first + 1, 50, largeChat / 1000)}
            {Chats(first + 51, 200, largeChat / 2000)}
            INSERT INTO message_reads (chat_id, user_id, first_id, last_id)
            SELECT chat_id, {first + 2}, min(id), max(id) FROM messages
            WHERE chat_id BETWEEN {first + 51} AND {first + 250} AND seq <= {(largeChat / 2000) - 20} GROUP BY chat_id;
            INSERT INTO message_reads (chat_id, user_id, first_id, last_id)
            SELECT chat_id, {first}, id, id FROM messages WHERE chat_id = {first} AND seq % 50 = 0;
            """;
    }
}
