using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace Connectify.Server.Storage;

/// <summary>What an exception of either engine means.</summary>
internal static class DatabaseErrors
{
    /// <summary>Whether <paramref name="exception"/> means that a row of that key is there already.</summary>
    public static bool IsUniqueViolation(this Exception exception) => exception switch
    {
        PostgresException e => e.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException e => e.SqliteExtendedErrorCode == raw.SQLITE_CONSTRAINT_UNIQUE,
        _ => false,
    };

    /// <summary>Whether <paramref name="exception"/> means that the database is away, not that it was asked wrongly.</summary>
    public static bool IsDatabaseUnavailable(this Exception exception) => exception switch
    {
        PostgresException e => e.IsTransient || e.IsUnwritable() || e.IsLoginRefused() || e.IsOfClass("57P", "53", "08", "58"),
        NpgsqlException or DatabaseUnavailableException => true,
        SqliteException e => e.IsUnwritable(),
        _ => false,
    };

    /// <summary>Whether <paramref name="exception"/> means that nothing can be written for now; the statement changed nothing.</summary>
    public static bool IsUnwritable(this Exception exception) => exception switch
    {
        PostgresException e => e.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.DiskFull or PostgresErrorCodes.IoError,
        SqliteException e => e.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED || e.IsFileUnusable() || e.SqliteErrorCode == raw.SQLITE_FULL,
        _ => false,
    };

    /// <summary>Whether a connection opened now may do better: SQLite keeps to how it found the file.</summary>
    public static bool IsFileUnusable(this SqliteException exception)
        => exception.SqliteErrorCode is raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN;

    /// <summary>Whether PostgreSQL can't be used with this login and database: a fault of the configuration, or an operator is at work.</summary>
    public static bool IsLoginRefused(this PostgresException exception)
        => exception.SqlState == PostgresErrorCodes.InvalidCatalogName || exception.IsOfClass("28");

    /// <summary>
    /// Whether the connection had ended, or its server had turned read-only, before the statement came: a new
    /// connection may do better. An answer that came too late is not among them.
    /// </summary>
    public static bool IsStaleConnection(this Exception exception) => exception switch
    {
        PostgresException e => e.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction || e.IsOfClass("57P", "08"),
        NpgsqlException e => e.InnerException is IOException or SocketException,
        _ => false,
    };

    /// <summary>What is wrong, for operators: no names of hosts, users or files.</summary>
    public static string Reason(this Exception exception) => exception switch
    {
        DatabaseUnavailableException e => e.Message,
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => "PostgreSQL is read-only.",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "The disk of PostgreSQL is full.",
        PostgresException e => $"PostgreSQL refuses with {e.SqlState}.",
        TimeoutException or NpgsqlException { InnerException: TimeoutException } => "PostgreSQL doesn't answer.",
        NpgsqlException => "PostgreSQL can't be reached.",
        SqliteException e => e.SqliteErrorCode switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "Another program holds the write lock of SQLite.",
            raw.SQLITE_FULL => "The disk of SQLite is full.",
            raw.SQLITE_READONLY => "The file of SQLite, or its disk, is read-only.",
            raw.SQLITE_IOERR => "The disk of SQLite fails.",
            raw.SQLITE_CANTOPEN => "The file of SQLite can't be opened.",
            var code => $"SQLite fails with {code}.",
        },
        _ => exception.GetType().Name,
    };

    private static bool IsOfClass(this PostgresException exception, params ReadOnlySpan<string> classes)
    {
        foreach (var one in classes)
        {
            if (exception.SqlState.StartsWith(one, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
