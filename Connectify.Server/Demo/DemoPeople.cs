using Connectify.Server.Accounts;
using Connectify.Server.Authentication;
using Connectify.Server.Organizations;

namespace Connectify.Server.Demo;

/// <summary>Gives the people of the demo their accounts.</summary>
internal sealed class DemoPeople(Database database, AddMember addMember, ChangeRole changeRole, EditProfile editProfile)
{
    /// <summary>The password of all demo users, printed at the start.</summary>
    public const string Password = "connectify demo";

    public const long OrganizationId = 1;

    private static readonly TimeSpan Employed = TimeSpan.FromDays(30);

    // The operator who starts the demo makes the accounts and assigns the roles.
    private static readonly Caller Operator
        = new(0, "operator", "demo", 0, Timestamp.Now + TimeSpan.FromHours(1), IsActive: true, IsSuperuser: true);

    /// <returns>All demo users, by username.</returns>
    public async Task<Dictionary<string, Caller>> Arrive(CancellationToken cancellation)
    {
        await database.Execute(
            "UPDATE organizations SET name = @Organization WHERE id = @OrganizationId AND name = 'Default'",
            new { DemoScript.Organization, OrganizationId },
            cancellation);
        var people = new Dictionary<string, Caller>();
        foreach (var person in DemoScript.People) people[person.Username] = await Arrive(person, cancellation);
        await database.Execute(
            "UPDATE organization_members SET joined_at = joined_at - @employed WHERE organization_id = @OrganizationId",
            new { employed = (long)Employed.TotalMilliseconds, OrganizationId },
            cancellation);
        return people;
    }

    private async Task<Caller> Arrive(DemoPerson person, CancellationToken cancellation)
    {
        var draft = new AccountDraft(person.Username, $"{person.Username}@example.com", Password, person.FirstName, person.LastName);
        var account = (await addMember.New(Operator, OrganizationId, draft, RemoteClient.None, cancellation)).Value;
        var caller = Operator with { UserId = account.Id, Username = account.Username, IsSuperuser = false };
        var profile = ProfileEdit.Read(Fields.FromForm([new("bio", person.Bio)]), DateOnly.FromDateTime(DateTime.UtcNow));
        await editProfile.Run(caller, profile.Value, RemoteClient.None, cancellation);
        await changeRole.Run(Operator, OrganizationId, account.Id, person.Role, RemoteClient.None, cancellation);
        return caller;
    }
}
