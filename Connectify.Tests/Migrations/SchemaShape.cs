using System.Data.Common;
using Connectify.Migrations;
using Dapper;
using Npgsql;

namespace Connectify.Tests.Migrations;

/// <summary>Describes the schema of a database in lines that don't depend on the program that made it.</summary>
internal static class SchemaShape
{
    private const string OfPostgres = """
        SELECT format('%s.%s %s %s%s %s %s', c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, a.attidentity, pg_get_expr(d.adbin, d.adrelid))
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relkind = 'r' AND c.relname !~ '^(VersionInfo|__EF)' AND c.relnamespace = current_schema()::regnamespace
        UNION ALL SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = current_schema()::regnamespace AND conrelid::regclass::text !~ '^"(VersionInfo|__EF)'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename !~ '^(VersionInfo|__EF)'
        UNION ALL SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()
        """;

    private const string OfSqlite = """
        SELECT m.name || '.' || c.cid || ' ' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || coalesce(c.dflt_value, '') || ' ' || c.pk
        FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.name NOT IN ('VersionInfo', '__EFMigrationsHistory')
        UNION ALL SELECT m.name || ' -> ' || f."table" || ' ' || f.seq || ' ' || f."from" || ' ' || f."to" || ' ' || f.on_update || ' ' || f.on_delete
        FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND m.name NOT IN ('VersionInfo', '__EFMigrationsHistory')
        UNION ALL SELECT m.name || ' ' || CASE l.origin WHEN 'c' THEN l.name ELSE l.origin END || ' ' || l."unique" || ' ' || l.partial || ' '
            || (SELECT group_concat(x.name || ' ' || x."desc" || ' ' || x.coll) FROM pragma_index_xinfo(l.name) x WHERE x.key)
        FROM sqlite_master m, pragma_index_list(m.name) l WHERE m.type = 'table' AND m.name NOT IN ('VersionInfo', '__EFMigrationsHistory')
        """;

    /// <param name="target">The database.</param>
    /// <returns>All of it but the tables of histories.</returns>
    public static async Task<List<string>> Of(DatabaseTarget target)
    {
        await using var connection = await target.Open();
        var isPostgres = target.Engine == DatabaseEngine.Postgres;
        var lines = (await connection.QueryAsync<string>(isPostgres ? OfPostgres : OfSqlite)).ToList();
        if (!isPostgres) lines.AddRange(await Texts(connection));
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    public static async Task<string[]> Tables(DbConnection connection)
    {
        var all = await connection.QueryAsync<string>(connection is NpgsqlConnection
            ? "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
            : "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sqlite_sequence'");
        return [.. all.Where(name => name != "VersionInfo" && !name.StartsWith("__EF", StringComparison.Ordinal))];
    }

    // What SQLite has no pragma for: names and conditions of constraints, conditions of partial indexes, AUTOINCREMENT.
    private static async Task<IEnumerable<string>> Texts(DbConnection connection)
    {
        var sql = await connection.QueryAsync<(string Name, string Sql)>(
            "SELECT name, replace(sql, '\"', '') FROM sqlite_master WHERE tbl_name NOT IN ('VersionInfo', '__EFMigrationsHistory') AND sql IS NOT NULL");
        return sql.SelectMany(part => Parts(part.Sql).Select(text => $"{part.Name}: {text}"));
    }

    private static IEnumerable<string> Parts(string sql)
    {
        if (sql.Split(" WHERE ") is [_, var condition]) yield return condition;
        if (sql.Contains("AUTOINCREMENT", StringComparison.Ordinal)) yield return "AUTOINCREMENT";
        var (depth, start) = (0, 0);
        for (var i = 0; i < sql.Length; i++)
        {
            depth += sql[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if ((sql[i] == ',' && depth == 1) || (sql[i] == ')' && depth == 0))
            {
                // A primary key may stand at its column or at the end; the pragma says which columns it has.
                var part = sql[start..i].Trim();
                if (part.StartsWith("CONSTRAINT ", StringComparison.Ordinal) && !part.Contains(" PRIMARY KEY ", StringComparison.Ordinal)) yield return part;
                start = i + 1;
            }
        }
    }
}
