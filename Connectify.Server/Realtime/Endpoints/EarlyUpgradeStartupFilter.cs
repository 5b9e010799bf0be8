using Connectify.Protocol;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Connectify.Server.Realtime.Endpoints;

/// <summary>Hands all middleware to <see cref="EarlyUpgrade"/>, so that its requests go through the same as any other.</summary>
internal sealed class EarlyUpgradeStartupFilter(EarlyUpgrade early, IServiceScopeFactory scopes, IHostApplicationLifetime lifetime) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        var addresses = app.ServerFeatures.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        app.Use(rest =>
        {
            lifetime.ApplicationStarted.Register(() => early.Begin(rest, scopes, addresses));
            return rest;
        });
        next(app);
    };
}
