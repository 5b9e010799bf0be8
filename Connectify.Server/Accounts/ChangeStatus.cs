using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Accounts;

/// <summary>Activates and deactivates accounts. Deactivation ends every session for good: activating again brings none back.</summary>
internal sealed class ChangeStatus(Database database, EventPublisher publisher, SecurityLog security)
{
    private static readonly Rejection Yourself = Rejection.BadRequest("cannot_deactivate_yourself", "You can't deactivate yourself");
    private static readonly Rejection SuperusersOnly = Rejection.Forbidden("superuser_required", "Only superusers can deactivate admins");

    /// <param name="me">Who does it.</param>
    /// <param name="userId">To whom.</param>
    /// <param name="verb">activate, reactivate or deactivate: only the sentences of the first two differ.</param>
    /// <param name="client">Where from.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>null: done, or so already.</returns>
    public async Task<Rejection?> Run(Caller me, long userId, string verb, RemoteClient client, CancellationToken cancellation)
    {
        var status = verb == "deactivate" ? Statuses.Deactivated : Statuses.Active;
        var outcome = await database.WriteOrReject<int>(
            async transaction =>
            {
                var facts = (await Read(transaction, me, userId, cancellation))!;
                if (WhyNot(me, userId, verb, facts) is { } rejection) return rejection;
                return await Store(transaction, userId, status, cancellation);
            },
            cancellation);
        if (outcome.IsRejected(out var no, out _)) return no;
        var isOver = status == Statuses.Deactivated;
        security.Record(isOver ? SecurityEvents.AccountDeactivated : SecurityEvents.AccountActivated, me.UserId, userId, client.Address);

        // Also where it was so already: whoever asks again may have been told of an outage after the commit, and nobody else of it.
        publisher.Publish(isOver ? new AccountDeactivated(userId) : new AccountChanged(userId));
        return null;
    }

    // The row of the user first: a login locks it too, and opens its session before this ends them, or finds the account deactivated.
    private static async Task<int> Store(Transaction transaction, long userId, string status, CancellationToken cancellation)
    {
        var now = Timestamp.Now;
        await transaction.Execute(
            "UPDATE users SET status = @status, updated_at = @now WHERE id = @userId AND status <> @status",
            new { userId, status, now },
            cancellation);
        return status != Statuses.Deactivated ? 0 : await transaction.Execute(
            "UPDATE sessions SET revoked_at = @now WHERE user_id = @userId AND revoked_at IS NULL", new { userId, now }, cancellation);
    }

    internal static Rejection? WhyNot(Caller me, long userId, string verb, Facts facts)
    {
        var adminsOnly = Rejection.Forbidden("admin_required", $"Only admins can {verb} users");
        if (!facts.IAmAdmin && !me.IsSuperuser) return adminsOnly;
        if (!facts.IsKnown || (!facts.SharesOrganization && !me.IsSuperuser)) return AccountRepository.UserNotFound;
        if (!facts.CallerAdministersTarget && !me.IsSuperuser) return adminsOnly;
        if (verb != "deactivate") return null;
        if (userId == me.UserId) return Yourself;
        return facts.IsAdmin && !me.IsSuperuser ? SuperusersOnly : null;
    }

    private static Task<Facts?> Read(Transaction transaction, Caller me, long userId, CancellationToken cancellation)
        => transaction.FirstOrDefault<Facts>(
            """
            SELECT
                EXISTS (SELECT 1 FROM users WHERE id = @userId) AS is_known,
                EXISTS (SELECT 1 FROM users WHERE id = @userId AND is_superuser)
                    OR EXISTS (SELECT 1 FROM organization_members WHERE user_id = @userId AND role = 'ADMIN') AS is_admin,
                EXISTS (SELECT 1 FROM organization_members WHERE user_id = @me AND role = 'ADMIN') AS i_am_admin,
                EXISTS (SELECT 1 FROM organization_members his JOIN organization_members mine USING (organization_id)
                    WHERE his.user_id = @userId AND mine.user_id = @me) AS shares_organization,
                EXISTS (SELECT 1 FROM organization_members his JOIN organization_members mine USING (organization_id)
                    WHERE his.user_id = @userId AND mine.user_id = @me AND mine.role = 'ADMIN') AS caller_administers_target
            """,
            new { userId, me = me.UserId },
            cancellation);

    /// <summary>How the two stand to each other.</summary>
    internal sealed class Facts
    {
        public bool IsKnown { get; init; }

        /// <summary>He is an admin somewhere, or a superuser.</summary>
        public bool IsAdmin { get; init; }

        public bool IAmAdmin { get; init; }

        /// <summary>We share an organization.</summary>
        public bool SharesOrganization { get; init; }

        /// <summary>I am an admin of an organization of his.</summary>
        public bool CallerAdministersTarget { get; init; }
    }
}
