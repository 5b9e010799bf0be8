using Connectify.Server.Hosting;

namespace Connectify.Server.Realtime.Connections;

/// <summary>Makes the frame limit of each new connection.</summary>
internal sealed class FrameLimits(RateLimitsSettings settings, IHostEnvironment environment)
{
    private readonly bool _isEnabled = settings.Enabled ?? environment.IsProduction();

    public FrameLimit New() => new(settings, _isEnabled, TimeProvider.System);
}
