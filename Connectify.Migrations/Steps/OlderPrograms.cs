using FluentMigrator;

namespace Connectify.Migrations.Steps;

/// <summary>
/// Programs before this step know only the history table of Entity Framework, and would apply their steps once more, or
/// believe themselves current for ever. A row that they don't know makes them refuse: "The database is newer than this program".
/// </summary>
[Migration(2026112905, "20261129_05_older_programs")]
public sealed class OlderPrograms : ForwardOnlyMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Execute.Sql("""
            CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
                "MigrationId" varchar(150) NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
                "ProductVersion" varchar(32) NOT NULL)
            """);
        Execute.Sql("""INSERT INTO "__EFMigrationsHistory" VALUES ('99990000_read_VersionInfo_instead', '')""");

        // What Entity Framework left in SQLite's files.
        Execute.Sql("""DROP TABLE IF EXISTS "__EFMigrationsLock" """);
    }
}
