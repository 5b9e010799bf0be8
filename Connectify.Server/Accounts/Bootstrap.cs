using System.Security.Cryptography;
using Connectify.Server.Hosting;

namespace Connectify.Server.Accounts;

/// <summary>What a first start creates: the name of organization 1, and the first SUPERUSER.</summary>
internal sealed class Bootstrap(
    Database database, Passwords passwords, BootstrapSettings settings, IHostEnvironment environment, ILogger<Bootstrap> log)
{
    private const long FirstOrganization = 1;

    public async Task Run(CancellationToken cancellation)
    {
        var configured = Configured();
        var draft = configured ?? (environment.IsDevelopment() ? Generated() : null);
        var created = await database.Write(transaction => Create(transaction, draft, cancellation), cancellation);
        if (created && configured is null) Console.WriteLine($"SUPERUSER {draft!.Username}, password: {draft.Password}");
    }

    /// <returns>Whether the superuser was created.</returns>
    private async Task<bool> Create(Transaction transaction, AccountDraft? draft, CancellationToken cancellation)
    {
        // The lock on the organization lets one of several nodes that start at once go first; the others find all done.
        var name = await transaction.FirstOrDefault<string>(
            "SELECT name FROM organizations WHERE id = @FirstOrganization FOR NO KEY UPDATE", new { FirstOrganization }, cancellation);
        if (name == "Default" && settings.OrganizationName != name)
        {
            await transaction.Execute("UPDATE organizations SET name = @OrganizationName WHERE id = @FirstOrganization",
                new { settings.OrganizationName, FirstOrganization }, cancellation);
        }

        if (await transaction.Exists("SELECT id FROM users WHERE is_superuser", null, cancellation)) return false;
        if (draft is null)
        {
            log.LogWarning("There is no SUPERUSER. Set SuperuserUsername, SuperuserEmail and SuperuserPassword of the section Bootstrap "
                + "to have one created at the next start.");
            return false;
        }

        var (hash, now) = (await passwords.Hash(draft.Password, cancellation), Timestamp.Now);
        var inserted = await AccountRepository.Insert(transaction, draft, hash, Statuses.Active, isSuperuser: true, now, cancellation);
        if (inserted.IsRejected(out var taken, out var id)) throw Refused(taken);
        await AccountRepository.Join(transaction, FirstOrganization, id, Roles.Admin, cancellation);
        return true;
    }

    private AccountDraft? Configured()
    {
        string[] given = [settings.SuperuserUsername, settings.SuperuserEmail, settings.SuperuserPassword];
        if (given.All(value => value.Length == 0)) return null;
        var fields = Fields.FromForm([
            new("username", settings.SuperuserUsername),
            new("email", settings.SuperuserEmail),
            new("password", settings.SuperuserPassword),
        ]);
        var draft = AccountDraft.Read(fields);
        return fields.Rejection is { } rejection ? throw Refused(rejection) : draft;
    }

    private static AccountDraft Generated()
        => new("admin", "admin@localhost", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10)), "", "");

    private static StartupException Refused(Rejection rejection)
        => new("The first SUPERUSER can't be created from the section Bootstrap (SuperuserUsername, SuperuserEmail, SuperuserPassword): "
            + $"{rejection.Detail}.");
}
