using Connectify.Protocol;

namespace Connectify.Server.Realtime;

/// <summary>Hands all middleware to <see cref="EarlyUpgrade"/>, so that its requests go through the same as any other.</summary>
internal sealed class WholeApplication(EarlyUpgrade early) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(rest =>
        {
            early.Begin(rest, app.ApplicationServices.GetRequiredService<IServiceScopeFactory>());
            return rest;
        });
        next(app);
    };
}
