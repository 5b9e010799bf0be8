using System.Diagnostics.Metrics;

namespace Connectify.Tests.Support;

/// <summary>Meters that nobody listens to, for what is made without a server.</summary>
internal sealed class UnheardMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
