using Connectify.Migrations;
using Microsoft.Data.Sqlite;
using Npgsql;

// For operators: `Connectify.Migrations status|apply --sqlite FILE | --postgres CONNECTION-STRING`
if (args is not [("status" or "apply") and var verb, var engine, var where] || engine is not ("--sqlite" or "--postgres"))
{
    Console.Error.WriteLine("usage: Connectify.Migrations status|apply --sqlite FILE | --postgres CONNECTION-STRING");
    return 2;
}

var target = engine == "--postgres"
    ? new DatabaseTarget(DatabaseEngine.Postgres, where)
    : new DatabaseTarget(DatabaseEngine.Sqlite, new SqliteConnectionStringBuilder { DataSource = where }.ConnectionString);
try
{
    if (verb == "apply")
    {
        var applied = await Schema.Apply(target);
        Console.WriteLine(applied.Count == 0 ? "The schema is current." : $"Applied: {string.Join(", ", applied)}");
        return 0;
    }

    var state = await Schema.Inspect(target);
    Console.WriteLine(state switch
    {
        { IsCurrent: true } => "The schema is current.",
        { Unknown.Count: > 0 } => $"The database is newer than this program: {string.Join(", ", state.Unknown)}",
        _ => $"Pending: {string.Join(", ", state.Pending)}",
    });
    return state.IsCurrent ? 0 : 1;
}
catch (Exception e) when (e is SchemaTooNewException or TimeoutException or NpgsqlException or SqliteException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
