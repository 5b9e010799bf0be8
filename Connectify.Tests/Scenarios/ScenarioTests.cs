using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Scenarios;

/// <summary>Three nodes for the scenarios, which hurt them one after the other.</summary>
public sealed class ScenarioCluster : IAsyncLifetime
{
    internal Cluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await Cluster.Start(3, "--Messaging:ResumeLimit=60");

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}

/// <summary>Alone on the machine: what it waits for is bounded, and others would make it slow.</summary>
[CollectionDefinition("Scenarios", DisableParallelization = true)]
public sealed class ScenarioCollection : ICollectionFixture<ScenarioCluster>;

/// <summary>
/// The short form of <c>scripts/chaos</c>: nodes, PostgreSQL and Redis are killed, frozen and restarted while
/// people talk; nothing is lost, doubled, out of order, a phantom or leaked.
/// </summary>
[Collection("Scenarios")]
public sealed class ScenarioTests(ScenarioCluster on)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    [Fact]
    public Task Nothing_is_lost_when_nodes_die_freeze_and_are_replaced()
        => Holds(1, 6, FaultKind.KillNode, FaultKind.FreezeNode, FaultKind.RestartNode, FaultKind.CutSockets);

    [Fact]
    public Task Nothing_is_lost_when_redis_dies_freezes_and_forgets()
        => Holds(2, 6, FaultKind.KillRedis, FaultKind.FlushRedis, FaultKind.PauseRedis, FaultKind.FreezeRedis);

    [Fact]
    public Task Nothing_is_lost_when_postgres_crashes_and_freezes()
        => Holds(3, 4, FaultKind.RestartPostgres, FaultKind.FreezePostgres);

    [Fact]
    public Task Nothing_is_lost_or_leaked_when_members_stall_are_cut_and_are_removed()
        => Holds(4, 7, FaultKind.StallReader, FaultKind.CutSockets, FaultKind.RemoveMember, FaultKind.KillNode);

    private async Task Holds(int seed, int faults, params FaultKind[] kinds)
    {
        var report = await new Scenario(on.Cluster, new ScenarioOptions(seed, faults, Pause, SendsPerSecond: 40, kinds)).Run();
        report.Violations.Should().BeEmpty("{0}", report);
        report.Tally["acknowledged"].Should().BeGreaterThan(50, "otherwise nothing was tried: {0}", report);
        on.Cluster.Errors().Should().BeEmpty("an error in the log is a failure");
    }
}
