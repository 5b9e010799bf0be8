namespace Connectify.Tests.Scenarios;

/// <summary>What can go wrong.</summary>
internal enum FaultKind
{
    /// <summary>A node dies (SIGKILL) and is started again.</summary>
    KillNode,

    /// <summary>A node stands still (SIGSTOP, then SIGCONT), its sockets open.</summary>
    FreezeNode,

    /// <summary>A node is told to end (SIGTERM) and started again, as by a rolling update.</summary>
    RestartNode,

    /// <summary>Redis dies and is started again, empty.</summary>
    KillRedis,

    /// <summary>Redis is emptied and turns its clients away.</summary>
    FlushRedis,

    /// <summary>Redis answers nobody (CLIENT PAUSE).</summary>
    PauseRedis,

    /// <summary>Redis stands still (SIGSTOP).</summary>
    FreezeRedis,

    /// <summary>PostgreSQL crashes and recovers (<c>pg_ctl restart -m immediate</c>).</summary>
    RestartPostgres,

    /// <summary>PostgreSQL stands still, all its processes (SIGSTOP).</summary>
    FreezePostgres,

    /// <summary>Some clients' connections are cut without a word.</summary>
    CutSockets,

    /// <summary>Somebody in a group stops reading.</summary>
    StallReader,

    /// <summary>Somebody is removed from a group, and added again.</summary>
    RemoveMember,
}

/// <summary>One thing that goes wrong.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When, from the start.</param>
/// <param name="Lasts">For how long.</param>
/// <param name="Draw">Decides whom it hits, where there is a choice.</param>
internal sealed record Mishap(FaultKind Kind, TimeSpan At, TimeSpan Lasts, int Draw)
{
    public override string ToString() => $"{At.TotalSeconds,6:0.0} s  {Kind} for {Lasts.TotalSeconds:0.0} s";
}

/// <summary>Which faults come when: the same for the same seed.</summary>
internal static class Schedule
{
    // How often each comes in a round of all. PostgreSQL is one and everything hangs on it: its faults would leave the others no time.
    private static readonly (FaultKind Kind, int Times)[] Deck =
    [
        (FaultKind.KillNode, 3), (FaultKind.FreezeNode, 3), (FaultKind.RestartNode, 3),
        (FaultKind.KillRedis, 2), (FaultKind.FlushRedis, 2), (FaultKind.PauseRedis, 2), (FaultKind.FreezeRedis, 2),
        (FaultKind.RestartPostgres, 2), (FaultKind.FreezePostgres, 1),
        (FaultKind.CutSockets, 3), (FaultKind.StallReader, 2), (FaultKind.RemoveMember, 4),
    ];

    /// <summary>The kinds, each as often as it comes in one round of all.</summary>
    public static IEnumerable<FaultKind> AllKinds => Deck.SelectMany(card => Enumerable.Repeat(card.Kind, card.Times));

    /// <param name="seed">Decides everything.</param>
    /// <param name="faults">How many.</param>
    /// <param name="pause">From one to the next, in the mean; they may last longer, and so overlap.</param>
    /// <param name="kinds">Which, each as often as it is to come in a round; all when left out.</param>
    public static List<Mishap> Make(int seed, int faults, TimeSpan pause, IEnumerable<FaultKind>? kinds = null)
    {
        var random = new Random(seed);
        var cards = (kinds ?? AllKinds).ToArray();
        var schedule = new List<Mishap>();
        var at = TimeSpan.Zero;
        while (schedule.Count < faults)
        {
            random.Shuffle(cards);
            foreach (var kind in cards.Take(faults - schedule.Count))
            {
                at += pause * (0.2 + (1.6 * random.NextDouble()));
                schedule.Add(new Mishap(kind, at, Lasts(kind, random), random.Next()));
            }
        }

        return schedule;
    }

    private static TimeSpan Lasts(FaultKind kind, Random random)
    {
        var (least, most) = kind switch
        {
            FaultKind.KillNode => (0.0, 3.0),
            FaultKind.FreezeNode => (0.5, 7.0),
            FaultKind.RestartNode => (0.0, 0.5),
            FaultKind.FlushRedis or FaultKind.RestartPostgres or FaultKind.CutSockets => (0.0, 0.0),
            FaultKind.FreezePostgres => (0.5, 4.0),
            _ => (0.5, 5.0),
        };
        return TimeSpan.FromSeconds(least + ((most - least) * random.NextDouble()));
    }
}
