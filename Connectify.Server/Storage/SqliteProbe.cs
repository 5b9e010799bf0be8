namespace Connectify.Server.Storage;

/// <summary>Tries to write to SQLite's file while it can't be written; asleep otherwise.</summary>
internal sealed class SqliteProbe(SqliteFile file, DatabaseAvailability availability) : BackgroundLoop
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    protected override async Task Run(CancellationToken stopping)
    {
        while (true)
        {
            await UntilUnwritable(stopping);
            await Task.Delay(Pause, stopping);

            // Not on a thread of the pool for long: SQLite waits for another program's lock on the thread it is called on.
            if (!availability.IsDown && await Task.Run(() => file.TryWrite(stopping), stopping)) availability.MarkUp();
        }
    }

    private async Task UntilUnwritable(CancellationToken stopping)
    {
        var unwritable = availability.Unwritable;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, unwritable);
        try
        {
            await Task.Delay(Timeout.Infinite, either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // It can't be written.
        }
    }
}
