namespace Connectify.Benchmarks.Workloads;

/// <summary>How long, how large and how exact a run is; times in seconds.</summary>
internal sealed record RunProfile
{
    public static readonly RunProfile Full = new();

    public static readonly RunProfile Quick = new()
    {
        Compile = 1,
        WarmUp = 0.2,
        Seconds = 0.6,
        ModerateSeconds = 1,
        Leap = 8,
        Stride = 2,
        Exactness = 1.5,
        Idlers = 1_000,
        Settle = 1,
        StoreLoops = 1,
        LargeChat = 40_000,
        Requests = 10,
        GrowthSteps = 2,
    };

    /// <summary>Under load before anything counts: the runtime compiles what is hot.</summary>
    public double Compile { get; init; } = 4;

    /// <summary>Of each step.</summary>
    public double WarmUp { get; init; } = 1;

    public double Seconds { get; init; } = 4;

    public double ModerateSeconds { get; init; } = 5;

    /// <summary>The search begins at so many times the rate of the warm-up.</summary>
    public double Leap { get; init; } = 2;

    /// <summary>While the search goes up, each rate is so many times the one before.</summary>
    public double Stride { get; init; } = 1.5;

    /// <summary>The search ends when the rate that failed is less than this much above the one that held.</summary>
    public double Exactness { get; init; } = 1.08;

    /// <summary>W4: sockets.</summary>
    public int Idlers { get; init; } = 10_000;

    /// <summary>W4: before memory is looked at; longer than the heartbeat's 30 s.</summary>
    public double Settle { get; init; } = 35;

    /// <summary>W5: how many of the ways to send.</summary>
    public int StoreLoops { get; init; } = 4;

    /// <summary>W6: messages in the large chat.</summary>
    public int LargeChat { get; init; } = 1_000_000;

    /// <summary>W6: timed requests of each kind and run.</summary>
    public int Requests { get; init; } = 100;

    /// <summary>W8: how many of the sizes.</summary>
    public int GrowthSteps { get; init; } = 4;
}
