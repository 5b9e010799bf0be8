namespace Connectify.Server.Accounts;

internal static class AccountsSetup
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(_ => new Passwords(timeout: TimeSpan.FromMinutes(1))).AddSingleton<Sessions>();
        services.AddSingleton<Register>().AddSingleton<Login>().AddSingleton<RefreshSession>().AddSingleton<Logout>();
        services.AddSingleton<ChangePassword>().AddSingleton<ChangeStatus>().AddSingleton<EditProfile>();
        services.AddSingleton<Bootstrap>();
    }

    public static void MapAccounts(this WebApplication app)
    {
        var accounts = app.MapGroup("/api/accounts/").WithTags("Accounts");
        accounts.MapAccountsApi();
        accounts.MapProfileApi();
    }
}
