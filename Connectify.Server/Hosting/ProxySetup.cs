using Microsoft.AspNetCore.HttpOverrides;

namespace Connectify.Server.Hosting;

internal static class ProxySetup
{
    /// <summary>
    /// With <c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c>, ASP.NET Core believes its proxy's <c>X-Forwarded-For</c> and
    /// <c>-Proto</c>; here <c>-Host</c> too, for proxies that rewrite <c>Host</c>. Without it none of them counts.
    /// </summary>
    public static void AddForwardedHost(this WebApplicationBuilder builder)
        => builder.Services.PostConfigure<ForwardedHeadersOptions>(proxy =>
        {
            if (builder.Configuration.GetValue<bool>("ForwardedHeaders_Enabled")) proxy.ForwardedHeaders |= ForwardedHeaders.XForwardedHost;
        });
}
