namespace Connectify.Server.Organizations;

internal static class OrganizationsSetup
{
    public static void AddOrganizations(this WebApplicationBuilder builder)
        => builder.Services.AddSingleton<Members>().AddSingleton<AddMember>().AddSingleton<RemoveMember>().AddSingleton<ChangeRole>();

    public static void MapOrganizations(this WebApplication app) => app.MapGroup("/api/accounts/").MapOrganizationsApi();
}
