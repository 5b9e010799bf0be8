using System.Globalization;
using Connectify.Migrations;
using Microsoft.Data.Sqlite;
using Npgsql;

// For operators.
const string Usage = """
    usage: Connectify.Migrations status|apply --sqlite FILE | --postgres CONNECTION-STRING
           Connectify.Migrations copy --sqlite FILE --postgres CONNECTION-STRING
    """;
try
{
    switch (args)
    {
        case ["status", "--sqlite" or "--postgres", _]:
            return await Status(Target(args[1], args[2]));
        case ["apply", "--sqlite" or "--postgres", _]:
            return await Apply(Target(args[1], args[2]));
        case ["copy", "--sqlite", var file, "--postgres", var connection]:
            return await CopyAll(file, connection);
        default:
            await Console.Error.WriteLineAsync(Usage);
            return 2;
    }
}
catch (Exception e) when (e is SchemaTooNewException or CopyRefusedException or TimeoutException or NpgsqlException or SqliteException or ArgumentException
    or FormatException or NotSupportedException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

static DatabaseTarget Target(string engine, string where)
{
    if (engine == "--postgres") return new DatabaseTarget(DatabaseEngine.Postgres, where);

    // SQLite's own error for a missing folder doesn't name it.
    var folder = Path.GetDirectoryName(Path.GetFullPath(where));
    if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder {folder}.");
    return new DatabaseTarget(DatabaseEngine.Sqlite, new SqliteConnectionStringBuilder { DataSource = where }.ConnectionString);
}

static async Task<int> Status(DatabaseTarget target)
{
    var state = await Schema.Inspect(target);
    Console.WriteLine(state switch
    {
        { IsCurrent: true } => "The schema is current.",
        { Unknown.Count: > 0 } => $"The database is newer than this program: {string.Join(", ", state.Unknown)}",
        _ => $"Pending: {string.Join(", ", state.Pending)}",
    });
    return state.IsCurrent ? 0 : 1;
}

static async Task<int> Apply(DatabaseTarget target)
{
    var applied = await Schema.Apply(target, Console.Error.WriteLine);
    Console.WriteLine(applied.Count == 0 ? "The schema is current." : $"Applied: {string.Join(", ", applied)}");
    return 0;
}

static async Task<int> CopyAll(string file, string connection)
{
    var source = Target("--sqlite", file);
    if (!File.Exists(file)) throw new CopyRefusedException($"There is no file {file}.");
    foreach (var (table, rows) in await Copy.Run(source, Target("--postgres", connection)))
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{table,-22}{rows,12:N0}"));
    }

    return 0;
}
