using System.Data.Common;
using System.Runtime.ExceptionServices;
using Connectify.Migrations.Engines;
using FluentMigrator.Runner;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Connectify.Migrations;

/// <summary>Runs FluentMigrator inside a transaction that the caller began and will commit.</summary>
internal static class StepRunner
{
    // An index on a large table takes a while. Waits for other transactions have a limit of their own: MigrationLock.
    private static readonly TimeSpan Timeout = TimeSpan.FromDays(1);

    /// <summary>Applies the pending steps and records them in <c>VersionInfo</c>. Blocks its thread.</summary>
    public static void Run(DbTransaction transaction, History history)
    {
        var services = new ServiceCollection().AddFluentMigratorCore().ConfigureRunner(runner => runner
            .ForEngineOf(transaction)
            .WithGlobalConnectionString(transaction.Connection!.ConnectionString)
            .WithGlobalCommandTimeout(Timeout)
            .ScanIn(typeof(StepRunner).Assembly).For.Migrations());
        using var provider = services.BuildServiceProvider();
        try
        {
            // Makes VersionInfo, where it is missing.
            var versions = provider.GetRequiredService<IVersionLoader>();
            if (history.IsOfEntityFramework)
            {
                foreach (var step in history.Applied) versions.UpdateVersionInfo(step.Version, step.Name);
                versions.LoadVersionInfo();
            }

            provider.GetRequiredService<IMigrationRunner>().MigrateUp();
        }
        catch (Exception e) when (e.InnerException is DbException inner)
        {
            // FluentMigrator wraps it with the statement; callers decide by what the database said.
            ExceptionDispatchInfo.Throw(inner);
        }
    }

    private static IMigrationRunnerBuilder ForEngineOf(this IMigrationRunnerBuilder runner, DbTransaction transaction)
        => transaction is NpgsqlTransaction ? runner.AddPostgresIn(transaction) : runner.AddSqliteIn(transaction);
}
