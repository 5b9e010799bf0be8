using Connectify.Server.Accounts;
using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Organizations;

/// <summary>A SUPERUSER gives a member another role in an organization.</summary>
internal sealed class ChangeRole(Database database, Members members, EventPublisher publisher, SecurityLog security)
{
    private static readonly Rejection SuperusersOnly = Rejection.Forbidden("superuser_required", "Only superusers can change roles");
    private static readonly string[] Granted = [Roles.Admin, Roles.Staff, Roles.User];

    /// <summary>Reads the role to give; what is wrong with it is noted in <paramref name="fields"/>.</summary>
    public static string Read(Fields fields)
    {
        var role = fields.RequiredText("role", 20);
        if (!Granted.Contains(role)) fields.AddError("role", "Must be one of ADMIN, STAFF, USER");
        return role;
    }

    public async Task<Outcome<Member>> Run(
        Caller me, long organizationId, long userId, string role, RemoteClient client, CancellationToken cancellation)
    {
        if (!me.IsSuperuser) return SuperusersOnly;
        var member = await database.Write(
            async transaction =>
            {
                await transaction.Execute(
                    "UPDATE organization_members SET role = @role WHERE organization_id = @organizationId AND user_id = @userId",
                    new { organizationId, userId, role },
                    cancellation);
                return await members.Find(transaction, organizationId, isAdmin: true, userId, cancellation);
            },
            cancellation);
        if (member is null) return AccountRepository.UserNotFound;
        security.Record(SecurityEvents.RoleChanged, me.UserId, userId, client.Address, $"organization {organizationId}, role {role}");
        publisher.Publish(new AccountChanged(userId));
        return member;
    }
}
