using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Connectify.Protocol;

/// <summary>
/// Keeps hold of the stream under an upgraded request. The framework shakes hands; what comes after is
/// read and written by <see cref="RawConnection"/>.
/// </summary>
public sealed class UpgradeTap
{
    private UpgradeTap()
    {
    }

    /// <summary>The stream, once the WebSocket is accepted.</summary>
    public Stream? Stream { get; private set; }

    /// <summary>Taps the upgrades under <paramref name="prefix"/>; to be called before <c>UseWebSockets</c>, which looks once.</summary>
    public static void Use(IApplicationBuilder app, PathString prefix) => app.Use((context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments(prefix)) return next(context);
        var tap = new UpgradeTap();
        context.Features.Set(tap);
        if (context.Features.Get<IHttpUpgradeFeature>() is { } upgrade) context.Features.Set<IHttpUpgradeFeature>(new Upgrade(upgrade, tap));
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { } connect) context.Features.Set<IHttpExtendedConnectFeature>(new Connect(connect, tap));
        return next(context);
    });

    // HTTP/1.1.
    private sealed class Upgrade(IHttpUpgradeFeature inner, UpgradeTap tap) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => tap.Stream = await inner.UpgradeAsync();
    }

    // HTTP/2 (RFC 8441).
    private sealed class Connect(IHttpExtendedConnectFeature inner, UpgradeTap tap) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => tap.Stream = await inner.AcceptAsync();
    }
}
