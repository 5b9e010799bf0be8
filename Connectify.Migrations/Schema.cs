using System.Reflection;
using FluentMigrator;
using Microsoft.Data.Sqlite;

namespace Connectify.Migrations;

/// <summary>One migration.</summary>
/// <param name="Version">Orders the steps: year, month, day and a number, such as 2026112101.</param>
/// <param name="Name">What operators read, such as <c>20261121_01_accounts</c>.</param>
public sealed record SchemaStep(long Version, string Name);

/// <summary>How a database's schema compares with the one this program was built for.</summary>
/// <param name="Pending">Names of the steps that the database still lacks, oldest first.</param>
/// <param name="Unknown">Names of the steps that the database has and this program doesn't know.</param>
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
    /// <summary>All steps, oldest first.</summary>
    public static IReadOnlyList<SchemaStep> Steps { get; } =
    [
        .. typeof(Schema).Assembly.ExportedTypes
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()).OfType<MigrationAttribute>()
            .OrderBy(migration => migration.Version)
            .Select(migration => new SchemaStep(migration.Version, migration.Description)),
    ];

    /// <summary>The step that a current database ends with.</summary>
    public static SchemaStep Latest => Steps[^1];

    /// <summary>
    /// Applies what is missing: all of it or nothing, in one transaction. Several processes may do it at once:
    /// the first one that gets the lock applies it, the others find it done.
    /// </summary>
    /// <param name="target">The database.</param>
    /// <param name="report">Takes a sentence for each wait of more than a second: for the connection, the lock, the steps.</param>
    /// <param name="cancellation">Ends the waits. Steps under way are not interrupted.</param>
    /// <returns>The names of the steps that were applied, oldest first.</returns>
    /// <exception cref="SchemaTooNewException">The database is newer than the program; nothing was changed.</exception>
    /// <exception cref="TimeoutException">Another process has held the lock for a minute.</exception>
    public static async Task<IReadOnlyList<string>> Apply(
        DatabaseTarget target, Action<string>? report = null, CancellationToken cancellation = default)
    {
        await using var connection = target.NewConnection();
        await Waiting.For(connection.OpenAsync(cancellation), $"Waiting for a connection to {connection.DataSource}.", report);

        var locking = MigrationLock.Begin(connection, cancellation);
        await Waiting.For(locking, $"Waiting for {MigrationLock.NameOf(connection)}, which another process holds. This one goes on when it is released.", report);
        await using var transaction = await locking;

        var history = await History.Read(connection, cancellation);
        var state = history.State;
        if (state.Unknown.Count > 0) throw new SchemaTooNewException(state.Unknown);
        if (state.Pending.Count == 0) return [];

        var steps = Task.Run(() => StepRunner.Run(transaction, history), cancellation);
        await Waiting.For(steps, $"Waiting for {string.Join(", ", state.Pending)} to be applied at {connection.DataSource}: tables are large, or locked by other transactions.", report);
        await transaction.CommitAsync(CancellationToken.None);
        return state.Pending;
    }

    /// <summary>Compares the database with the program, changing nothing.</summary>
    public static async Task<SchemaState> Inspect(DatabaseTarget target, CancellationToken cancellation = default)
    {
        await using var connection = target.NewConnection();

        // Opening a file that isn't there would make it.
        if (connection is SqliteConnection && !File.Exists(connection.DataSource)) return new History([], false).State;
        await connection.OpenAsync(cancellation);
        return (await History.Read(connection, cancellation)).State;
    }
}
