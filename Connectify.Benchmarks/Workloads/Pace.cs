namespace Connectify.Benchmarks.Workloads;

/// <summary>How long, how large and how exact a run is; times in seconds.</summary>
internal sealed record Pace
{
    public static readonly Pace Full = new();

    public static readonly Pace Quick = new()
    {
        Compile = 1.5,
        WarmUp = 0.4,
        Seconds = 1,
        ModerateSeconds = 1.5,
        Exactness = 1.25,
        TriesTwice = false,
        Idlers = 2_000,
        Settle = 2,
        LargeChat = 100_000,
        Requests = 30,
        GrowthSteps = 2,
    };

    /// <summary>Under load before anything counts: the runtime compiles what is hot.</summary>
    public double Compile { get; init; } = 4;

    /// <summary>Of each step.</summary>
    public double WarmUp { get; init; } = 1;

    public double Seconds { get; init; } = 4;

    public double ModerateSeconds { get; init; } = 5;

    /// <summary>The search ends when the rate that failed is less than this much above the one that held.</summary>
    public double Exactness { get; init; } = 1.08;

    /// <summary>Whether a rate that failed gets a second chance: on a shared machine a stall is no limit.</summary>
    public bool TriesTwice { get; init; } = true;

    /// <summary>W4: sockets.</summary>
    public int Idlers { get; init; } = 10_000;

    /// <summary>W4: before memory is looked at; longer than the heartbeat's 30 s.</summary>
    public double Settle { get; init; } = 35;

    /// <summary>W6: messages in the large chat.</summary>
    public int LargeChat { get; init; } = 1_000_000;

    /// <summary>W6: timed requests of each kind and run.</summary>
    public int Requests { get; init; } = 100;

    /// <summary>W8: how many of the sizes.</summary>
    public int GrowthSteps { get; init; } = 4;
}
