using System.Collections.Concurrent;
using System.Data;
using System.Text.Json;
using System.Text.RegularExpressions;
using Connectify.Migrations;
using Dapper;
using Npgsql;

namespace Connectify.Server.Storage;

/// <summary>
/// Everything that differs between the engines. Repositories write PostgreSQL's SQL; for SQLite these
/// forms are put differently:
/// <list type="bullet">
/// <item><c>= ANY(@ids)</c> becomes <c>IN (SELECT value FROM json_each(@ids))</c>, the array going as JSON;</item>
/// <item><c>unnest(@ids) AS t(id)</c> becomes <c>(SELECT value AS id FROM json_each(@ids)) AS t</c>;</item>
/// <item><c>FOR UPDATE</c> and its kin disappear: a transaction there is the only writer;</item>
/// <item><see cref="Now"/> becomes SQLite's clock, and <c>greatest</c> becomes <c>max</c>.</item>
/// </list>
/// </summary>
internal static partial class Dialect
{
    /// <summary>
    /// The moment at which the statement began, in milliseconds, by the database's clock: nodes' clocks differ, and
    /// chats are listed in the order in which they changed.
    /// </summary>
    public const string Now = "(extract(epoch FROM statement_timestamp()) * 1000)::bigint";

    private const string SqliteNow = "CAST(unixepoch('subsec') * 1000 + 0.5 AS INTEGER)";

    private static readonly ConcurrentDictionary<string, string> ForSqlite = new();

    static Dialect()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new Timestamp.Column());
        SqlMapper.AddTypeHandler(new IdArray());
        SqlMapper.AddTypeHandler(new TextArray());
    }

    public static string Translate(DatabaseEngine engine, string sql)
        => engine == DatabaseEngine.Postgres ? sql : ForSqlite.GetOrAdd(sql, Rewrite);

    private static string Rewrite(string sql)
    {
        sql = AnyOf().Replace(sql, "IN (SELECT value FROM json_each($1))");
        sql = Unnest().Replace(sql, "(SELECT value AS $3 FROM json_each($1)) AS $2");
        sql = Greatest().Replace(sql.Replace(Now, SqliteNow, StringComparison.Ordinal), "max(");
        return ForUpdate().Replace(sql, "");
    }

    [GeneratedRegex(@"=\s*ANY\((@\w+)\)")]
    private static partial Regex AnyOf();

    [GeneratedRegex(@"unnest\((@\w+)\)\s+AS\s+(\w+)\((\w+)\)")]
    private static partial Regex Unnest();

    [GeneratedRegex(@"\bFOR (NO KEY UPDATE|UPDATE|SHARE)\b")]
    private static partial Regex ForUpdate();

    [GeneratedRegex(@"\bgreatest\(")]
    private static partial Regex Greatest();

    private sealed class IdArray : SqlMapper.TypeHandler<long[]>
    {
        public override long[] Parse(object value) => (long[])value;

        public override void SetValue(IDbDataParameter parameter, long[]? value) => SetArray(parameter, value);
    }

    private sealed class TextArray : SqlMapper.TypeHandler<string[]>
    {
        public override string[] Parse(object value) => (string[])value;

        public override void SetValue(IDbDataParameter parameter, string[]? value) => SetArray(parameter, value);
    }

    private static void SetArray<T>(IDbDataParameter parameter, T[]? value)
        => parameter.Value = parameter is NpgsqlParameter ? value : JsonSerializer.Serialize(value);
}
