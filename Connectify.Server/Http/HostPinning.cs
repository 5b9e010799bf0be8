using Microsoft.AspNetCore.HostFiltering;

namespace Connectify.Server.Http;

/// <summary>ASP.NET Core refuses hosts that <c>AllowedHosts</c> doesn't list. This gives its 400 the body of every other error.</summary>
internal sealed class HostPinning : IStartupFilter
{
    private static readonly Rejection UnknownHost = Rejection.BadRequest("unknown_host", "This host is not served here");

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, rest) =>
        {
            await rest(context);

            // Every other 400 has its body by now.
            var isBare = context.Response is { StatusCode: StatusCodes.Status400BadRequest, HasStarted: false };
            if (isBare) await Rejected.Write(context.Response, UnknownHost);
        });
        next(app);
    };
}

internal static class HostPinningSetup
{
    /// <summary>Without <c>AllowedHosts</c>, or with <c>*</c>, any host is served, and nothing is added.</summary>
    public static void AddHostPinning(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["AllowedHosts"] is null or "" or "*") return;
        builder.Services.Configure<HostFilteringOptions>(options => options.IncludeFailureMessage = false);

        // Outside of the filter that ASP.NET Core has registered already.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, HostPinning>());
    }
}
