using Connectify.Server.Realtime.Backplane;

namespace Connectify.Server.Realtime;

internal static class RealtimeSetup
{
    public static void AddRealtime(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IBackplane, InMemoryBackplane>();
        builder.Services.AddSingleton<Notifier>();
        builder.Services.AddSingleton<Presence>();
    }
}
