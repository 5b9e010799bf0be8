using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Backplane;

internal static class RedisSetup
{
    /// <summary>Redis between the nodes where one is configured; else this is the only node.</summary>
    public static void AddBackplane(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        if (builder.Configuration.GetConnectionString("Redis") is not { } redis || string.IsNullOrWhiteSpace(redis))
        {
            services.AddSingleton<IBackplane, InMemoryBackplane>();
            return;
        }

        var options = RedisOptions.Of(redis, builder.Configuration.GetSection("Redis").Get<RedisSettings>() ?? new RedisSettings());
        services.AddSingleton(_ => new RedisConnection(options));
        services.AddSingleton<RedisSubscriptions>();
        services.AddSingleton<PeerRegistry>();
        services.AddSingleton<RemoteTyping>();
        services.AddSingleton<RedisMonitor>();
        services.AddSingleton<RedisBackplane>();
        services.AddSingleton<IBackplane>(provider => provider.GetRequiredService<RedisBackplane>());
        services.AddHostedService(provider => provider.GetRequiredService<RedisBackplane>());
        services.AddHostedService(provider => provider.GetRequiredService<RedisMonitor>());
        services.AddSingleton<RedisApplicationEvents>();
        services.AddSingleton<IApplicationEventCarrier>(provider => provider.GetRequiredService<RedisApplicationEvents>());
        services.AddHostedService(provider => provider.GetRequiredService<RedisApplicationEvents>());
        if (string.IsNullOrEmpty(builder.Configuration.GetConnectionString("Postgres"))) services.AddHostedService<SqliteWarning>();
    }

    /// <summary>Says that several nodes on SQLite are none.</summary>
    private sealed class SqliteWarning(ILogger<RedisBackplane> log) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            log.LogWarning("Redis is configured, but the database is SQLite, which serves one node only: set ConnectionStrings:Postgres for several");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
