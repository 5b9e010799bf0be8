using System.Diagnostics.Metrics;
using Connectify.Server.Diagnostics;

namespace Connectify.Tests.Support;

/// <summary>Meters that nobody listens to, for what is made without a server.</summary>
internal sealed class NullMeterFactory : IMeterFactory
{
    private NullMeterFactory()
    {
    }

    /// <summary>One for all: whoever begins to listen looks at every instrument that was ever made.</summary>
    public static Metrics Metrics { get; } = new(new NullMeterFactory());

    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
