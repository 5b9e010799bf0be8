using Microsoft.Data.Sqlite;
using Npgsql;

namespace Connectify.Benchmarks.Servers;

/// <summary>Where a comparison server keeps messages: one INSERT, one commit for each.</summary>
internal interface IStore : IAsyncDisposable
{
    Task<bool> IsMember(long chat, long user);

    /// <returns>The message's id, after the commit.</returns>
    Task<long> Add(long chat, long sender, string content, long at);
}

internal sealed class PostgresStore(string connectionString) : IStore
{
    private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(connectionString);

    public async Task<bool> IsMember(long chat, long user)
    {
        await using var command = _database.CreateCommand("SELECT 1 FROM chat_members WHERE chat_id = $1 AND user_id = $2");
        command.Parameters.AddWithValue(chat);
        command.Parameters.AddWithValue(user);
        return await command.ExecuteScalarAsync() is not null;
    }

    public async Task<long> Add(long chat, long sender, string content, long at)
    {
        await using var command = _database.CreateCommand("INSERT INTO messages (chat_id, sender_id, content, created_at) VALUES ($1, $2, $3, $4) RETURNING id");
        command.Parameters.AddWithValue(chat);
        command.Parameters.AddWithValue(sender);
        command.Parameters.AddWithValue(content);
        command.Parameters.AddWithValue(at);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}

internal sealed class SqliteStore : IStore
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;

    // One writer at a time is what SQLite has; a lock in front of it is the cheapest way to queue.
    private readonly Lock _gate = new();

    public SqliteStore(string file)
    {
        _connection = new SqliteConnection($"Data Source={file}");
        _connection.Open();
        _insert = _connection.CreateCommand();
        _insert.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL";
        _insert.ExecuteNonQuery();
        _insert.CommandText = "INSERT INTO messages (chat_id, sender_id, content, created_at) VALUES (@chat, @sender, @content, @at) RETURNING id";
        foreach (var name in (string[])["@chat", "@sender", "@content", "@at"]) _insert.Parameters.AddWithValue(name, 0L);
    }

    public Task<bool> IsMember(long chat, long user)
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = $"SELECT 1 FROM chat_members WHERE chat_id = {chat} AND user_id = {user}";
            return Task.FromResult(command.ExecuteScalar() is not null);
        }
    }

    public Task<long> Add(long chat, long sender, string content, long at)
    {
        lock (_gate)
        {
            object[] values = [chat, sender, content, at];
            for (var i = 0; i < values.Length; i++) _insert.Parameters[i].Value = values[i];
            return Task.FromResult((long)_insert.ExecuteScalar()!);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
