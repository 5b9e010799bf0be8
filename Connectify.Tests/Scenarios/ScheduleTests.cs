using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Scenarios;

/// <summary>A seed repeats a run.</summary>
public sealed class ScheduleTests
{
    [Fact]
    public void The_same_seed_makes_the_same_schedule()
    {
        var pause = TimeSpan.FromSeconds(1);
        Schedule.Make(42, 200, pause).Should().Equal(Schedule.Make(42, 200, pause));
        Schedule.Make(43, 200, pause).Should().NotEqual(Schedule.Make(42, 200, pause));
    }

    [Fact]
    public void Every_kind_has_its_share()
    {
        var schedule = Schedule.Make(1, 1000, TimeSpan.FromSeconds(1.5));
        var share = schedule.CountBy(mishap => mishap.Kind).ToDictionary();
        share.Should().HaveCount(Enum.GetValues<FaultKind>().Length);
        share.Values.Min().Should().BeGreaterThan(30);
        schedule[^1].At.Should().BeCloseTo(TimeSpan.FromSeconds(1500), TimeSpan.FromSeconds(100));
        schedule.Should().BeInAscendingOrder(mishap => mishap.At);
    }
}
