using Connectify.Migrations;
using Connectify.Server.Diagnostics;
using Connectify.Server.Hosting;
using Microsoft.Data.Sqlite;

namespace Connectify.Server.Storage;

internal static class StorageSetup
{
    // Of one command. SQLite itself waits longer for another program's lock: see SqliteFile.
    private const int SqliteCommandSeconds = 1;

    public static void AddStorage(this WebApplicationBuilder builder)
    {
        var target = Target(builder.Configuration);
        builder.Services.AddSingleton(new DataFolder(builder.Configuration["DataPath"] ?? "./data"));
        builder.Services.AddSingleton(services => new Database(
            target, services.GetRequiredService<Metrics>(), services.GetRequiredService<DatabaseSettings>().Timeout,
            services.GetRequiredService<ILogger<Database>>()));
        builder.Services.AddSingleton<ReadinessCheck>();
        builder.Services.AddHostedService(Probe);
    }

    private static BackgroundLoop Probe(IServiceProvider services)
    {
        var database = services.GetRequiredService<Database>();
        return database.Postgres is { } postgres
            ? new PostgresProbe(
                database.Target.ConnectionString, postgres, database.Availability, services.GetRequiredService<DatabaseSettings>(),
                services.GetRequiredService<ILogger<PostgresProbe>>())
            : new SqliteProbe(database.Sqlite!, database.Availability);
    }

    private static DatabaseTarget Target(IConfiguration configuration)
    {
        if (configuration.GetConnectionString("Postgres") is { Length: > 0 } postgres)
        {
            return new DatabaseTarget(DatabaseEngine.Postgres, PostgresConnectionString.Check(postgres));
        }

        var folder = new DataFolder(configuration["DataPath"] ?? "./data");
        var sqlite = new SqliteConnectionStringBuilder { DataSource = folder.OwnFile("connectify.db"), ForeignKeys = true, DefaultTimeout = SqliteCommandSeconds };
        return new DatabaseTarget(DatabaseEngine.Sqlite, sqlite.ConnectionString);
    }

}
