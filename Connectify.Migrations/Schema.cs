using Microsoft.EntityFrameworkCore;

namespace Connectify.Migrations;

/// <summary>How a database's schema compares with the one this program was built for.</summary>
/// <param name="Pending">Migrations the database still lacks, oldest first.</param>
/// <param name="Unknown">Migrations the database has and this program doesn't know.</param>
public sealed record SchemaState(IReadOnlyList<string> Pending, IReadOnlyList<string> Unknown)
{
    /// <summary>Whether the program and the database agree.</summary>
    public bool IsCurrent => Pending.Count == 0 && Unknown.Count == 0;
}

/// <summary>The database is newer than the program.</summary>
public sealed class SchemaTooNewException(IReadOnlyList<string> unknown) : InvalidOperationException(
    $"The database is newer than this program: it has the migration {unknown[^1]}, which this version doesn't know. "
    + "Start the version that made it, or restore a backup.");

/// <summary>Brings a database to the schema of this program, and compares the two.</summary>
public static class Schema
{
    /// <summary>The migration that a current database ends with.</summary>
    public static string Latest
    {
        get
        {
            using var context = new SchemaContext(new DatabaseTarget(DatabaseEngine.Sqlite, "Data Source=:memory:"));
            return context.Database.GetMigrations().Last();
        }
    }

    /// <summary>Applies what is missing; safe when several processes do it at once.</summary>
    /// <returns>The migrations applied, oldest first.</returns>
    /// <exception cref="SchemaTooNewException">The database is newer than the program.</exception>
    /// <exception cref="TimeoutException">Another process has been migrating for a minute.</exception>
    public static async Task<IReadOnlyList<string>> Apply(DatabaseTarget target, CancellationToken cancellation = default)
    {
        await using var held = await MigrationLock.Take(target, cancellation);
        await using var context = new SchemaContext(target);
        var state = await Compare(context, cancellation);
        if (state.Unknown.Count > 0) throw new SchemaTooNewException(state.Unknown);
        if (state.Pending.Count == 0) return [];

        if (target.Engine == DatabaseEngine.Sqlite)
        {
            // A process killed while migrating leaves the engine's own lock row; ours proves that none is at it.
            await context.Database.ExecuteSqlRawAsync("""DROP TABLE IF EXISTS "__EFMigrationsLock";""", cancellation);
        }

        await context.Database.MigrateAsync(cancellation);
        return state.Pending;
    }

    /// <summary>Compares the database with the program, changing nothing.</summary>
    public static async Task<SchemaState> Inspect(DatabaseTarget target, CancellationToken cancellation = default)
    {
        await using var context = new SchemaContext(target);
        return await Compare(context, cancellation);
    }

    private static async Task<SchemaState> Compare(SchemaContext context, CancellationToken cancellation)
    {
        var known = context.Database.GetMigrations().ToList();
        var applied = (await context.Database.GetAppliedMigrationsAsync(cancellation)).ToList();
        return new SchemaState([.. known.Except(applied)], [.. applied.Except(known)]);
    }
}
