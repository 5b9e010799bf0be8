using Microsoft.AspNetCore.Http.Features;

namespace Connectify.Protocol;

/// <summary>The wish of a request that <see cref="EarlyUpgrade"/> has read: its socket is served when the request is over.</summary>
internal sealed class EarlyUpgradeFeature : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => true;

    /// <summary>Serves the socket; null: it has been refused.</summary>
    public Func<FrameTransport, Task>? Serve { get; set; }

    public Task<Stream> UpgradeAsync() => throw new NotSupportedException("Only Handshake.Serve takes such a request.");
}
