namespace Connectify.Server.Accounts;

internal static class AccountsSetup
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;

        // With the comparison itself and the database a login then takes at most 2 s.
        services.AddSingleton(_ => new Passwords(verifyTimeout: TimeSpan.FromSeconds(1), hashTimeout: TimeSpan.FromMinutes(1)));
        services.AddSingleton<PasswordCheck>().AddSingleton<Sessions>();
        services.AddSingleton<Register>().AddSingleton<Login>().AddSingleton<RefreshSession>().AddSingleton<Logout>();
        services.AddSingleton<ChangePassword>().AddSingleton<ChangeStatus>().AddSingleton<EditProfile>();
        services.AddSingleton<EndSessions>();
        services.AddSingleton<Bootstrap>();
    }

    public static void MapAccounts(this WebApplication app)
    {
        var accounts = app.MapGroup("/api/accounts/").WithTags("Accounts");
        accounts.MapAccountsApi();
        accounts.MapProfileApi();
        accounts.MapSessionsApi();
    }
}
