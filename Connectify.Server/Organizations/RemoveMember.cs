using Connectify.Server.Accounts;
using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.GroupChats;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Organizations;

/// <summary>An admin takes someone out of an organization, and so out of its chats.</summary>
internal sealed class RemoveMember(Database database, Members members, EventPublisher publisher, SecurityLog security)
{
    private static readonly Rejection AdminsOnly = Rejection.Forbidden("admin_required", "Only admins can remove users");
    private static readonly Rejection Yourself = Rejection.BadRequest("cannot_remove_yourself", "You can't remove yourself");
    private static readonly Rejection SuperusersOnly = Rejection.Forbidden("superuser_required", "Only superusers can remove admins");

    /// <returns>null: done.</returns>
    public async Task<Rejection?> Run(Caller me, long organizationId, long userId, RemoteClient client, CancellationToken cancellation)
    {
        var outcome = await database.WriteOrReject<LeaveChatsOfOrganization>(
            async transaction =>
            {
                if (await WhyNot(transaction, me, organizationId, userId, cancellation) is { } rejection) return rejection;
                var removed = await transaction.Execute(
                    "DELETE FROM organization_members WHERE organization_id = @organizationId AND user_id = @userId",
                    new { organizationId, userId },
                    cancellation);
                if (removed == 0) return AccountRepository.UserNotFound;
                return await LeaveChatsOfOrganization.Run(transaction, organizationId, userId, cancellation);
            },
            cancellation);
        if (outcome.IsRejected(out var no, out var left)) return no;
        security.Record(SecurityEvents.MemberRemoved, me.UserId, userId, client.Address, $"organization {organizationId}");
        publisher.Publish(new AccountChanged(userId));
        left.Publish(publisher);
        return null;
    }

    private async Task<Rejection?> WhyNot(
        Transaction transaction, Caller me, long organizationId, long userId, CancellationToken cancellation)
    {
        var found = await OrganizationQueries.RoleIn(transaction, organizationId, me, cancellation);
        if (found.IsRejected(out var rejection, out var role)) return rejection;
        if (role is not (Roles.Admin or Roles.Superuser)) return AdminsOnly;
        var him = await members.Find(transaction, organizationId, isAdmin: true, userId, cancellation);
        if (him is null) return AccountRepository.UserNotFound;
        if (me.IsSuperuser) return null;
        if (userId == me.UserId) return Yourself;
        return him.Role is Roles.Admin or Roles.Superuser ? SuperusersOnly : null;
    }
}
