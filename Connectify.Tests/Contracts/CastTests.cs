using Connectify.Tests.Support;

namespace Connectify.Tests.Contracts;

/// <summary>Base of tests that go through all endpoints.</summary>
public abstract class CastTests(ServerFixture on) : ServerTests(on)
{
    private protected async Task<Roles> Everybody()
    {
        var cast = new Roles
        {
            Server = Server,
            OrganizationId = await Organization(),
            Owner = await User("owner"),
            Member = await User("member"),
            Outsider = await User("outsider"),
            Stranger = await User("stranger", (await NewOrganization()).Id()),
            Pending = await User("pending"),
            Deactivated = await User("deactivated"),
            Anonymous = Nobody,
            Spare = await User("spare"),
        };
        await cast.Reset();
        await Server.Database.Execute("UPDATE users SET status = 'pending' WHERE id = @Id", new { cast.Pending.Id }, default);
        await (await Superuser()).Post("/api/accounts/deactivate/", new { user_id = cast.Deactivated.Id }).Ok();
        return cast;
    }

    private protected static Task<Reply> Ask(ApiClient who, Endpoint endpoint, string path, HttpContent? content = null)
        => who.Send(endpoint.Method == "*" ? HttpMethod.Post : new HttpMethod(endpoint.Method), path, content);
}
