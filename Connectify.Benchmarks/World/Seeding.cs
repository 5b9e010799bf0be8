using System.Data.Common;

namespace Connectify.Benchmarks.World;

/// <summary>Puts the people and chats of a run straight into its database.</summary>
internal static class Seeding
{
    public static string NameOf(int user) => $"user{user}";

    /// <summary>Into Connectify's schema, which the server has created.</summary>
    public static async Task Connectify(DbConnection connection, ChatWorld world)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using var transaction = await connection.BeginTransactionAsync();
        var users = Enumerable.Range(0, world.Users).ToArray();
        await Insert(
            connection,
            "users (id, username, username_key, email, email_key, search_key, password_hash, first_name, last_name, status, is_superuser, created_at, updated_at)",
            users.Select(user => new object[]
            {
                ChatWorld.FirstId + user, NameOf(user), NameOf(user), $"{NameOf(user)}@bench", $"{NameOf(user)}@bench", NameOf(user), "none", "First", "Last", "active", false, now, now,
            }));
        await Insert(
            connection, "organization_members (organization_id, user_id, role, joined_at)", users.Select(user => new object[] { 1L, ChatWorld.FirstId + user, "USER", now }));
        await Insert(
            connection,
            "sessions (id, user_id, created_at, expires_at)",
            users.Select(user => new object[] { ChatWorld.FirstId + user, ChatWorld.FirstId + user, now, now + 86_400_000L }));
        await Insert(
            connection,
            "chats (id, kind, organization_id, is_active, low_user_id, high_user_id, name, created_by, created_at, updated_at)",
            world.Chats.Select(chat => new object[]
            {
                chat.Id, chat.IsGroup ? "group" : "conversation", 1L, true,
                chat.IsGroup ? DBNull.Value : ChatWorld.FirstId + chat.Users[0], chat.IsGroup ? DBNull.Value : ChatWorld.FirstId + chat.Users[1],
                chat.IsGroup ? $"Group {chat.Index}" : DBNull.Value, ChatWorld.FirstId + chat.Users[0], now, now,
            }));
        await Insert(
            connection,
            "chat_members (chat_id, user_id, role, joined_at)",
            world.Chats.SelectMany(chat => chat.Users.Select((user, i) => new object[] { chat.Id, ChatWorld.FirstId + user, i == 0 ? "admin" : "member", now })));
        await transaction.CommitAsync();
    }

    /// <summary>Into the comparison servers' schema, created here: messages, and who is in a chat.</summary>
    public static async Task Comparison(DbConnection connection, ChatWorld world, bool isPostgres)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var id = isPostgres ? "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY" : "INTEGER PRIMARY KEY AUTOINCREMENT";
        await Execute(connection, $"""
            CREATE TABLE messages (id {id}, chat_id bigint NOT NULL, sender_id bigint NOT NULL, content text NOT NULL, created_at bigint NOT NULL);
            CREATE INDEX ix_messages ON messages (chat_id, id);
            CREATE TABLE chat_members (chat_id bigint NOT NULL, user_id bigint NOT NULL, PRIMARY KEY (chat_id, user_id));
            """);
        await Insert(
            connection, "chat_members (chat_id, user_id)", world.Chats.SelectMany(chat => chat.Users.Select(user => new object[] { chat.Id, ChatWorld.FirstId + user })));
        await transaction.CommitAsync();
    }

    public static async Task Execute(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task Insert(DbConnection connection, string into, IEnumerable<object[]> rows)
    {
        const int RowsAtOnce = 500;
        foreach (var some in rows.Chunk(RowsAtOnce))
        {
            await using var command = connection.CreateCommand();
            var parameters = 0;
            var values = some.Select(row => "(" + string.Join(", ", row.Select(_ => $"@p{parameters++}")) + ")").ToArray();
            command.CommandText = $"INSERT INTO {into} VALUES {string.Join(", ", values)}";
            parameters = 0;
            foreach (var value in some.SelectMany(row => row))
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = ($"p{parameters++}", value);
                command.Parameters.Add(parameter);
            }

            await command.ExecuteNonQueryAsync();
        }
    }
}
