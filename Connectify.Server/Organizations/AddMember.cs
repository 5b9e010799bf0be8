using Connectify.Server.Accounts;
using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Organizations;

/// <summary>Someone comes into an organization by its admin's hand, not by registering.</summary>
internal sealed class AddMember(
    Database database, Members members, Passwords passwords, EventPublisher publisher, SecurityLog security)
{
    private static readonly Rejection AdminsOnly = Rejection.Forbidden("admin_required", "Only admins can add users");
    private static readonly Rejection SuperusersOnly = Rejection.Forbidden("superuser_required", "Only superusers can add existing users");

    /// <returns>null for an ADMIN of the organization and a SUPERUSER, who may add users; the rest is asked after it.</returns>
    public async Task<Rejection?> WhyNot(Caller me, long organizationId, CancellationToken cancellation)
    {
        var found = await OrganizationQueries.RoleIn(database, organizationId, me, cancellation);
        if (found.IsRejected(out var rejection, out var role)) return rejection;
        return role is Roles.Admin or Roles.Superuser ? null : AdminsOnly;
    }

    /// <summary>An account of its own, active at once.</summary>
    public async Task<Outcome<Member>> New(
        Caller me, long organizationId, AccountDraft draft, RemoteClient client, CancellationToken cancellation)
    {
        if (await AccountRepository.WhyNotAvailable(database, draft, cancellation) is { } taken) return taken;

        var hash = await passwords.Hash(draft.Password, cancellation);
        var outcome = await database.WriteOrReject<Member>(
            async transaction =>
            {
                var now = Timestamp.Now;
                var inserted = await AccountRepository.Insert(
                    transaction, draft, hash, Statuses.Active, isSuperuser: false, now, cancellation);
                if (inserted.IsRejected(out var no, out var userId)) return no;
                await AccountRepository.Join(transaction, organizationId, userId, Roles.User, cancellation);
                return (await members.Find(transaction, organizationId, isAdmin: true, userId, cancellation))!;
            },
            cancellation);
        if (!outcome.IsRejected(out _, out var member)) Record(me, organizationId, member.Id, client);
        return outcome;
    }

    /// <summary>By a SUPERUSER: an account that is there already.</summary>
    /// <returns>The member, and whether he was none before.</returns>
    public async Task<Outcome<(Member Member, bool IsNew)>> Existing(
        Caller me, long organizationId, long userId, RemoteClient client, CancellationToken cancellation)
    {
        if (!me.IsSuperuser) return SuperusersOnly;
        var isKnown = await database.Exists("SELECT id FROM users WHERE id = @userId", new { userId }, cancellation);
        if (!isKnown) return AccountRepository.UserNotFound;

        var (member, isNew, conversations) = await database.Write(
            async transaction =>
            {
                var isNew = await AccountRepository.Join(transaction, organizationId, userId, Roles.User, cancellation);
                return (
                    (await members.Find(transaction, organizationId, isAdmin: true, userId, cancellation))!,
                    isNew,
                    isNew ? await Conversations(transaction, organizationId, userId, cancellation) : []);
            },
            cancellation);
        if (isNew) Record(me, organizationId, userId, client);
        publisher.Publish(new AccountChanged(userId));
        foreach (var chat in conversations) publisher.Publish(new ChatJoined(userId, ChatRef.Of(chat.Kind, chat.Id), chat.LastSeq));
        return (member, isNew);
    }

    private void Record(Caller me, long organizationId, long userId, RemoteClient client)
        => security.Record(SecurityEvents.MemberAdded, me.UserId, userId, client.Address, $"organization {organizationId}");

    // Closed to him since he left the organization, and his again by his coming back.
    private static Task<List<Conversation>> Conversations(
        Transaction transaction, long organizationId, long userId, CancellationToken cancellation)
        => transaction.Query<Conversation>(
            """
            SELECT c.id, c.kind, c.last_seq FROM chats c JOIN chat_members m ON m.chat_id = c.id
            WHERE c.organization_id = @organizationId AND c.kind = 'conversation' AND c.is_active AND m.user_id = @userId AND m.left_at IS NULL
            """,
            new { organizationId, userId },
            cancellation);

    private sealed record Conversation
    {
        public long Id { get; init; }

        public string Kind { get; init; } = "";

        public long LastSeq { get; init; }
    }
}
