using System.Data.Common;

namespace Connectify.Server.Storage;

/// <summary>How an engine gives out connections, and what it does when one turns out to be dead.</summary>
internal interface IEngine : IAsyncDisposable
{
    /// <summary>Runs <paramref name="work"/> on a connection. It changes nothing, so it may run twice.</summary>
    Task<T> Read<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellation);

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction and commits; an exception rolls back. It may run twice, but not
    /// after its first statement has come back.
    /// </summary>
    Task<T> Write<T>(Func<Transaction, DbTransaction, Task<T>> work, CancellationToken cancellation);

    /// <summary>Begins a transaction whose reads all see one moment.</summary>
    ValueTask<DbTransaction> BeginSnapshot(DbConnection connection, CancellationToken cancellation);
}
