using Microsoft.Extensions.Options;

namespace Connectify.Server.Hosting;

internal static class SettingsSetup
{
    // Not in appsettings.json: that would win over ASPNETCORE_URLS.
    public static void ListenByDefault(this WebApplicationBuilder builder, string url)
    {
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null) builder.WebHost.UseUrls(url);
    }

    /// <summary>Binds every section; an invalid value stops the start with its sentence.</summary>
    public static void AddSettings(this WebApplicationBuilder builder)
    {
        Bind<AuthSettings>("Auth");
        Bind<AccountsSettings>("Accounts");
        Bind<BootstrapSettings>("Bootstrap");
        Bind<DatabaseSettings>("Database");
        Bind<MessagingSettings>("Messaging");
        Bind<AttachmentsSettings>("Attachments");
        Bind<SocketsSettings>("Sockets");
        Bind<RateLimitsSettings>("RateLimits");
        Bind<CorsSettings>("Cors");
        Bind<RedisSettings>("Redis");

        var environment = builder.Environment;
        builder.Services.PostConfigure<AccountsSettings>(accounts => accounts.AutoActivate ??= environment.IsDevelopment());
        builder.Services.PostConfigure<RateLimitsSettings>(limits => limits.Enabled ??= environment.IsProduction());

        void Bind<T>(string section)
            where T : class
        {
            builder.Services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
            builder.Services.AddSingleton<IValidateOptions<T>>(new SectionValidator<T>(section));
            builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<T>>().Value);
        }
    }
}
