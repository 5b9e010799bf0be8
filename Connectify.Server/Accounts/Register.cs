using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Hosting;

namespace Connectify.Server.Accounts;

/// <summary>Anybody opens an account in an organization; it is pending until an admin activates it.</summary>
internal sealed class Register(
    Database database, Passwords passwords, Sessions sessions, AccessTokens tokens, AccountsSettings settings, SecurityLog security)
{
    private static readonly Rejection OrganizationNotFound
        = Rejection.Field("organization_id", "organization_not_found", "Organization not found");

    public async Task<Outcome<SignedIn>> Run(AccountDraft draft, long organizationId, RemoteClient client, CancellationToken cancellation)
    {
        if (await AccountRepository.WhyNotAvailable(database, draft, cancellation) is { } taken) return taken;
        if (!await database.Exists("SELECT id FROM organizations WHERE id = @organizationId", new { organizationId }, cancellation))
        {
            return OrganizationNotFound;
        }

        var status = settings.AutoActivate == true ? Statuses.Active : Statuses.Pending;
        var hash = await passwords.Hash(draft.Password, cancellation);
        var outcome = await database.WriteOrReject<SignedIn>(
            async transaction =>
            {
                var now = Timestamp.Now;
                var inserted = await AccountRepository.Insert(transaction, draft, hash, status, isSuperuser: false, now, cancellation);
                if (inserted.IsRejected(out var rejection, out var id)) return rejection;
                await AccountRepository.Join(transaction, organizationId, id, Roles.User, cancellation);
                var session = await sessions.Open(transaction, id, client, now, cancellation);
                var account = await SignedIn.Read(transaction, id, cancellation);
                return account with { Token = tokens.Issue(id, account.Username, session.Id), RefreshToken = session.RefreshToken };
            },
            cancellation);
        if (!outcome.IsRejected(out _, out var signedIn)) security.Record(SecurityEvents.Registered, signedIn.Id, signedIn.Id, client.Address);
        return outcome;
    }
}
