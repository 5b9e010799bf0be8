using Connectify.Server.Realtime.Connections;

namespace Connectify.Server.Lifecycle;

internal static class LifecycleSetup
{
    // With the drain before it the process is gone within 30 seconds, which is what most who send SIGTERM wait.
    private static readonly TimeSpan ForRequestsInFlight = TimeSpan.FromSeconds(20);

    public static void AddPreparation(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StartupInitializer>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<StartupInitializer>());
    }

    public static void AddShutdown(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ForRequestsInFlight);
        builder.Services.AddSingleton<Drain>();
        builder.Services.AddSingleton<IHostLifetime, SignalLifetime>();
    }
}
