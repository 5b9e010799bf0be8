using Connectify.Server.Realtime.Events;
using StackExchange.Redis;

namespace Connectify.Server.Realtime.Backplane;

internal static class RedisSetup
{
    private const string Key = "ConnectionStrings:Redis";
    private const int MillisecondsToConnect = 2000;
    private const int MillisecondsBetweenTries = 500;

    /// <summary>Redis between the nodes where one is configured; else this is the only node.</summary>
    public static void AddBackplane(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        if (builder.Configuration.GetConnectionString("Redis") is not { } redis || string.IsNullOrWhiteSpace(redis))
        {
            services.AddSingleton<IBackplane, InMemoryBackplane>();
            return;
        }

        var options = Options(redis);
        services.AddSingleton(_ => new RedisConnection(options));
        services.AddSingleton<RedisSubscriptions>();
        services.AddSingleton<PeerRegistry>();
        services.AddSingleton<RemoteTyping>();
        services.AddSingleton<RedisMonitor>();
        services.AddSingleton<RedisBackplane>();
        services.AddSingleton<IBackplane>(provider => provider.GetRequiredService<RedisBackplane>());
        services.AddHostedService(provider => provider.GetRequiredService<RedisBackplane>());
        services.AddHostedService(provider => provider.GetRequiredService<RedisMonitor>());
        if (string.IsNullOrEmpty(builder.Configuration.GetConnectionString("Postgres"))) services.AddHostedService<SqliteWarning>();
    }

    private static ConfigurationOptions Options(string text)
    {
        try
        {
            var options = ConfigurationOptions.Parse(text);
            if (options.EndPoints.Count == 0 || !options.EndPoints.All(IsAddress)) throw new ArgumentException("It names no host:port.");
            options.AbortOnConnectFail = false;
            options.ConnectTimeout = MillisecondsToConnect;
            options.ReconnectRetryPolicy = new LinearRetry(MillisecondsBetweenTries);
            options.ClientName ??= "connectify";
            return options;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            // Without the string itself, and without the parser's words: both may hold the password.
            throw new StartupException($"{Key} is not host:port with options such as password=…,ssl=true.", e);
        }
    }

    private static bool IsAddress(System.Net.EndPoint endPoint) => endPoint switch
    {
        System.Net.DnsEndPoint { Host: var host, Port: >= 0 and <= 65535 } => Uri.CheckHostName(host) == UriHostNameType.Dns,
        System.Net.IPEndPoint => true,
        _ => false,
    };

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
