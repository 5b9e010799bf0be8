using Connectify.Migrations;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Events;
using Microsoft.Data.Sqlite;

namespace Connectify.Server.Messages.Sending;

/// <summary>
/// Stores many new messages of many chats in one transaction, with one flush, the quick way of the engine. That
/// takes only what is beyond doubt; the rest is <see cref="StoreMessage"/>'s to judge.
/// </summary>
internal sealed class BatchStore(Database database, StoreMessage storeMessage, Presence presence, MessagingSettings settings)
{
    private SqliteMessageWriter? _inserts;

    /// <summary>Stores and settles all that it can.</summary>
    /// <returns>What is stored, in order, and the sends that are left, in theirs.</returns>
    public async Task<(List<SentMessage> Stored, List<PendingSend> Left)> Run(IReadOnlyList<PendingSend> sends)
    {
        var settled = await (database.Target.Engine == DatabaseEngine.Postgres ? OnPostgres(sends) : OnSqlite(sends));
        foreach (var (send, outcome) in settled) send.Complete(outcome);
        return (
            [.. settled.Where(one => one.Outcome.Rejection is null).Select(one => one.Outcome.Value)],
            settled.Count == sends.Count ? [] : [.. sends.Except(settled.Select(one => one.Send))]);
    }

    private async Task<List<(PendingSend Send, Outcome<SentMessage> Outcome)>> OnPostgres(IReadOnlyList<PendingSend> sends)
    {
        var taken = WithoutDuplicates(sends);
        var rows = await database.OnPostgres(
            connection => PostgresMessageWriter.Store(connection, taken, settings.DualSendWindow),
            reader => PostgresMessageWriter.Read(reader, taken));
        return rows.ConvertAll(stored => (stored.Send, (Outcome<SentMessage>)Sent(stored.Send, stored.Row)));
    }

    // SQLite has one writer: doubtful sends are decided in their place, and none is left over.
    private Task<List<(PendingSend Send, Outcome<SentMessage> Outcome)>> OnSqlite(IReadOnlyList<PendingSend> sends)
        => database.OnSqlite(async (transaction, sqlite) =>
        {
            var inserts = InsertsOn(sqlite.Connection!);
            var settled = new List<(PendingSend, Outcome<SentMessage>)>(sends.Count);
            foreach (var send in sends)
            {
                settled.Add((send, inserts.Store(send, sqlite) is { } row
                    ? Sent(send, row)
                    : await storeMessage.Run(transaction, send.Me, send.Draft, CancellationToken.None)));
            }

            return settled;
        }, CancellationToken.None);

    // Of two that may be the same message, the second has to see the first, and what its sender began later comes later.
    private static List<PendingSend> WithoutDuplicates(IReadOnlyList<PendingSend> sends)
    {
        var (known, waiting) = (new HashSet<object>(), new HashSet<(long ChatId, long UserId)>());
        bool IsTaken(PendingSend send)
        {
            var (from, identity) = ((send.Draft.Chat.Id, send.Me.UserId), send.Identity);
            if (!waiting.Contains(from) && (identity is null || known.Add(identity))) return true;
            waiting.Add(from);
            return false;
        }

        return [.. sends.Where(IsTaken)];
    }

    // Only ever the writer's, one at a time; another connection than the last begins anew.
    private SqliteMessageWriter InsertsOn(SqliteConnection connection)
        => _inserts is { } inserts && inserts.Connection == connection ? inserts : _inserts = new SqliteMessageWriter(connection, settings.DualSendWindow);

    private SentMessage Sent(PendingSend send, StoredRow row)
    {
        var sender = row.Sender with { Id = send.Me.UserId, IsOnline = presence.IsOnline(send.Me.UserId) };
        return new SentMessage(send.Draft.Stored(row.Id, row.Seq, row.At, sender), IsRepeat: false) { IsNew = true, AccessVersion = row.AccessVersion };
    }
}
