using Connectify.Server.Hosting;
using Connectify.Server.Realtime.Connections;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Connectify.Tests.Realtime;

public class FrameLimitTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void After_the_burst_so_many_a_second()
    {
        var limit = Limit(burst: 40, perSecond: 20);
        Taken(limit, 100).Should().Be(40);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Taken(limit, 100).Should().Be(10);
        _clock.Advance(TimeSpan.FromHours(1));
        Taken(limit, 100).Should().Be(40, "what is unused beyond a burst is gone");
    }

    [Fact]
    public void Whoever_waits_as_long_as_told_may_go_on()
    {
        var limit = Limit(burst: 1, perSecond: 20);
        Taken(limit, 1).Should().Be(1);
        limit.TryAcquire(out var retryAfter, out _).Should().BeFalse();
        retryAfter.Should().Be(TimeSpan.FromMilliseconds(50));
        _clock.Advance(retryAfter);
        limit.TryAcquire(out retryAfter, out _).Should().BeTrue();
        retryAfter.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Ten_seconds_over_it_are_flooding()
    {
        var limit = Limit(burst: 1, perSecond: 1);
        var flooded = new List<bool>();
        for (var i = 0; i <= 110; i++)
        {
            if (!limit.TryAcquire(out _, out var isFlooding)) flooded.Add(isFlooding);
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        flooded[..90].Should().AllBeEquivalentTo(false);
        flooded[^1].Should().BeTrue();
    }

    [Fact]
    public void A_pause_of_more_than_a_second_forgives()
    {
        var limit = Limit(burst: 1, perSecond: 1);
        for (var i = 0; i < 30; i++)
        {
            Taken(limit, 50);
            limit.TryAcquire(out _, out var isFlooding).Should().BeFalse();
            isFlooding.Should().BeFalse();
            _clock.Advance(TimeSpan.FromSeconds(1.1));
        }
    }

    [Fact]
    public void Switched_off_it_counts_nothing()
        => Taken(new FrameLimit(new RateLimitsSettings { FrameBurst = 1, FramesPerSecond = 1 }, isEnabled: false, _clock), 1000).Should().Be(1000);

    [Fact]
    public void Never_more_than_the_burst_and_the_rate_allow()
        => Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(Gen.ArrayOf(Gen.Choose(0, 2000))), Arb.From(Gen.Choose(1, 50)), Arb.From(Gen.Choose(1, 50)), (pauses, burst, rate) =>
        {
            var limit = Limit(burst, rate);
            var (taken, passed) = (Taken(limit, 100), 0);
            foreach (var pause in pauses)
            {
                _clock.Advance(TimeSpan.FromMilliseconds(pause));
                passed += pause;
                taken += Taken(limit, 100);
                ((double)taken).Should().BeLessThanOrEqualTo(burst + (passed / 1000.0 * rate) + 0.001);
            }
        }));

    private FrameLimit Limit(int burst, int perSecond)
        => new(new RateLimitsSettings { FrameBurst = burst, FramesPerSecond = perSecond }, isEnabled: true, _clock);

    private static int Taken(FrameLimit limit, int tries) => Enumerable.Range(0, tries).Count(_ => limit.TryAcquire(out var _, out var _));
}
