using Connectify.Migrations;
using Connectify.Server.Diagnostics;
using Connectify.Server.Hosting;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Connectify.Server.Storage;

internal static class StorageSetup
{
    // Only another program can hold SQLite's lock: our own writers queue in front of it.
    private const int SecondsToWaitForSqlite = 5;

    public static void AddStorage(this WebApplicationBuilder builder)
    {
        var target = Target(builder.Configuration);
        builder.Services.AddSingleton(new DataFolder(builder.Configuration["DataPath"] ?? "./data"));
        builder.Services.AddSingleton(services => new Database(
            target, services.GetRequiredService<Metrics>(), services.GetRequiredService<DatabaseSettings>().Timeout));
        builder.Services.AddSingleton<ReadinessCheck>();
        builder.Services.AddHostedService<DatabaseProbe>();
    }

    private static DatabaseTarget Target(IConfiguration configuration)
    {
        if (configuration.GetConnectionString("Postgres") is { Length: > 0 } postgres)
        {
            return new DatabaseTarget(DatabaseEngine.Postgres, Checked(postgres));
        }

        var folder = new DataFolder(configuration["DataPath"] ?? "./data");
        var sqlite = new SqliteConnectionStringBuilder { DataSource = folder.File("connectify.db"), ForeignKeys = true, DefaultTimeout = SecondsToWaitForSqlite };
        return new DatabaseTarget(DatabaseEngine.Sqlite, sqlite.ConnectionString);
    }

    private static string Checked(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString).Host is { Length: > 0 }
                ? connectionString
                : throw new ArgumentException("it names no Host.");
        }
        catch (ArgumentException e)
        {
            // Without the string itself: it holds a password.
            throw new StartupException($"ConnectionStrings:Postgres is not a connection string: {e.Message}", e);
        }
    }
}
