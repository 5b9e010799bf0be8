using System.Diagnostics.Metrics;
using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Connections;
using Connectify.Server.Realtime.Endpoints;
using Connectify.Server.Realtime.Events;
using Connectify.Server.Realtime.Feeds;
using Connectify.Server.Realtime.Hub;
using Connectify.Server.Realtime.Signals;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Connectify.Server.Realtime;

internal static class RealtimeSetup
{
    // SignalR wraps a message in an invocation; 64 KiB of it must still pass.
    private const int InvocationOverhead = 4096;
    private const int AcceptBacklog = 16_384;
    private const string HubPath = "/hubs/chat";
    private const string SocketsPath = "/ws/messaging/";

    public static void AddRealtime(this WebApplicationBuilder builder)
    {
        // Nothing here blocks a thread, so what arrives is dealt with, and what is written is sent, without a change
        // of threads (docs/performance.md).
        builder.WebHost.UseSockets(transport =>
        {
            transport.UnsafePreferInlineScheduling = true;

            // When a node dies, all its clients reconnect at once. A SYN that overflows the accept backlog is retried only after 1 s.
            transport.Backlog = AcceptBacklog;
        });
        var early = new EarlyUpgrade(SocketsPath, HubPath);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(http => connection => early.Serve(connection, http))));
        var services = builder.Services;

        // Before the filters that others have added: what they do is to be done for sockets too.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, EarlyUpgradeStartupFilter>());
        services.AddSingleton(early);
        var sockets = builder.Configuration.GetSection("Sockets").Get<SocketsSettings>() ?? new SocketsSettings();
        services.AddSignalR(hub => hub.MaximumReceiveMessageSize = sockets.MaxFrameBytes + InvocationOverhead)
            .AddHubOptions<ChatHub>(hub => hub.AddFilter<ChatHubFilter>());
        services.AddSingleton<ChatHubFilter>();
        var json = new HubJsonProtocol();
        services.AddSingleton(json);
        services.AddSingleton<IHubProtocol>(json);
        services.AddSingleton(new FramedProtocol(json));
        services.AddSingleton<IHubProtocol>(new FrameProtocol(isFlat: false));
        services.AddSingleton<IHubProtocol>(new FrameProtocol(isFlat: true));
        services.AddSingleton<ChatGroups>();
        services.AddSingleton<HubLifetimeManager<ChatHub>, ChatLifetimeManager>();
        services.AddSingleton<ApplicationEventSender>();
        services.AddSingleton<IUserIdProvider, CallerUserIds>();

        services.AddSingleton<EventPublisher>();
        services.AddSingleton<ConnectionStore>();
        services.AddSingleton<Presence>();
        services.AddSingleton<FrameLimits>();
        services.AddSingleton<ChatFeeds>();
        services.AddSingleton<IFeedBackfill, FeedBackfill>();
        services.AddSingleton<JoinChat>();
        services.AddSingleton<JoinMany>();
        services.AddSingleton<JoinInbox>();
        services.AddSingleton<ConnectionLifecycle>();
        services.AddSingleton<SendFromSocket>();
        services.AddSingleton<TypingBroadcaster>();
        services.AddSingleton<PresenceBroadcaster>();
        services.AddHostedService(provider => provider.GetRequiredService<PresenceBroadcaster>());
        services.AddSingleton<AccessEventHandler>();
        services.AddSingleton<UnreadPublisher>();
        services.AddHostedService(provider => provider.GetRequiredService<UnreadPublisher>());
        services.AddHostedService<ConnectionMonitor>();
        services.AddHostedService<FeedReconciler>();
        services.AddHostedService<AccessReconciler>();

        services.AddSingleton<RawSocketEndpoint>();
        services.AddSingleton<HubWebSocketEndpoint>();
        services.AddSingleton<NegotiatedConnections>();
        services.AddSingleton<InboundFrameFilter>();
        services.AddSingleton<HandshakeThrottle>();
        services.AddSingleton<Origins>();
    }

    /// <summary>Refuses sockets of foreign pages, and all while this node goes. Comes before routing, which serves plain sockets at once.</summary>
    public static void UseSocketRefusals(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<Origins>();
        var drain = app.Services.GetRequiredService<Drain>();
        app.Use((context, next) => WhyNotBegin(context, origins, drain) is { } rejection ? Rejected.Write(context.Response, rejection) : next(context));
    }

    private static Rejection? WhyNotBegin(HttpContext context, Origins origins, Drain drain)
    {
        var isSocket = Handshake.IsAsked(context);
        if (isSocket && origins.WhyNot(context.Request) is { } foreign) return foreign;
        return drain.IsDraining && (isSocket || context.Request.Path == HubPath + "/negotiate") ? Drain.ShuttingDown : null;
    }

    public static void MapRealtime(this WebApplication app)
    {
        var publisher = app.Services.GetRequiredService<EventPublisher>();
        publisher.AccessEventPublished += app.Services.GetRequiredService<AccessEventHandler>().Handle;

        Gauges.Add(app.Services.GetRequiredService<IMeterFactory>(), app.Services.GetRequiredService<ConnectionStore>(), app.Services.GetRequiredService<IBackplane>());

        var sockets = app.Services.GetRequiredService<RawSocketEndpoint>();
        MapSocket(app, SocketsPath + "conversations/{id}/", (context, id) => sockets.Serve(context, ChatKind.Conversation, id));
        MapSocket(app, SocketsPath + "group-chats/{id}/", (context, id) => sockets.Serve(context, ChatKind.Group, id));
        MapSocket(app, SocketsPath, (context, _) => sockets.Serve(context, null, null));
        var hub = app.MapHub<ChatHub>(HubPath).RequireActiveCaller();
        hub.Add(app.Services.GetRequiredService<HubWebSocketEndpoint>().TakeOver);
        hub.Add(app.Services.GetRequiredService<NegotiatedConnections>().Guard);

        // Last: whatever is refused, its body is read first.
        hub.LimitBody();
    }

    // Over HTTP/2 a WebSocket begins with CONNECT (RFC 8441): what browsers do over TLS.
    private static void MapSocket(WebApplication app, string pattern, Func<HttpContext, string?, Task> serve)
        => app.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Connect], context => serve(context, context.GetRouteValue("id") as string)).ShortCircuit();
}
