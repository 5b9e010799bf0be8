

namespace Connectify.Server.Accounts;

internal static class AccountsSetup
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;

        // Only the core: all of AddAuthentication would keep keys for cookies, which nothing here uses.
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = Bearer.Name;
            options.AddScheme<Bearer>(Bearer.Name, null);
        });
        services.AddWebEncoders();
        services.AddTransient<Bearer>();
        services.AddCallerPolicies();

        services.AddSingleton<SigningKey>().AddSingleton<AccessTokens>().AddSingleton<Standings>();
        services.AddSingleton(_ => new Passwords(patience: TimeSpan.FromMinutes(1))).AddSingleton<Sessions>();
        services.AddSingleton<Register>().AddSingleton<Login>().AddSingleton<RefreshSession>().AddSingleton<Logout>();
        services.AddSingleton<ChangePassword>().AddSingleton<ChangeStatus>().AddSingleton<EditProfile>();
        services.AddSingleton<Members>().AddSingleton<AddMember>().AddSingleton<RemoveMember>().AddSingleton<ChangeRole>();
        services.AddSingleton<Bootstrap>();
    }

    public static void MapAccounts(this WebApplication app)
    {
        var accounts = app.MapGroup("/api/accounts/");
        var people = accounts.MapGroup("").WithTags("Accounts");
        people.MapAccountsApi();
        people.MapProfileApi();
        accounts.MapOrganizationsApi();
    }
}
