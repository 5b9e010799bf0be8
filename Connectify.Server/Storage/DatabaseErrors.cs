using Microsoft.Data.Sqlite;
using Npgsql;

namespace Connectify.Server.Storage;

/// <summary>What an exception of either engine means.</summary>
internal static class DatabaseErrors
{
    // SQLITE_CONSTRAINT_UNIQUE
    private const int SqliteUniqueViolation = 2067;

    /// <summary>Whether <paramref name="exception"/> means that a row of that key is there already.</summary>
    public static bool IsUniqueViolation(this Exception exception) => exception switch
    {
        PostgresException e => e.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException e => e.SqliteExtendedErrorCode == SqliteUniqueViolation,
        _ => false,
    };

    /// <summary>Whether <paramref name="exception"/> means that the database is away, not that it was asked wrongly.</summary>
    public static bool IsDatabaseUnavailable(this Exception exception) => exception switch
    {
        PostgresException e => e.IsTransient || e.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || e.SqlState.StartsWith("53", StringComparison.Ordinal) || e.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException or DatabaseUnavailableException => true,
        SqliteException e => e.SqliteErrorCode is 5 or 6 or 10 or 13,
        _ => false,
    };
}
