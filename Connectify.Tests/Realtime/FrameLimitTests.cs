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
    public void Those_refused_at_once_are_told_to_come_one_after_the_other_and_find_their_turn()
    {
        var limit = Limit(burst: 40, perSecond: 20);
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 400; i++)
        {
            if (!limit.TryAcquire(out var retryAfter, out _)) waits.Add(retryAfter);
        }

        waits.Should().HaveCount(360).And.BeInAscendingOrder().And.OnlyHaveUniqueItems();
        waits[^1].Should().Be(TimeSpan.FromSeconds(18));
        var passed = TimeSpan.Zero;
        foreach (var wait in waits)
        {
            _clock.Advance(wait - passed + TimeSpan.FromMilliseconds(1));
            passed = wait + TimeSpan.FromMilliseconds(1);
            limit.TryAcquire(out _, out var isFlooding).Should().BeTrue("it came when it was told to");
            isFlooding.Should().BeFalse();
        }
    }

    [Fact]
    public void One_that_costs_more_than_a_burst_takes_the_burst()
    {
        var limit = Limit(burst: 5, perSecond: 1);
        limit.TryAcquire(out _, out _, cost: 20).Should().BeTrue();
        limit.TryAcquire(out var retryAfter, out _, cost: 20).Should().BeFalse();
        retryAfter.Should().Be(TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(5));
        limit.TryAcquire(out _, out _, cost: 20).Should().BeTrue();
    }

    [Fact]
    public void Connections_of_one_user_share_that_users()
    {
        var settings = new RateLimitsSettings { FrameBurst = 40, FramesPerSecond = 20 };
        var ofUser = new TokenBucket(100, 60, _clock);
        FrameLimit one = new(settings, isEnabled: true, _clock, ofUser), other = new(settings, isEnabled: true, _clock, ofUser);
        Taken(one, 100).Should().Be(40);
        Taken(other, 100).Should().Be(20);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        (Taken(one, 100) + Taken(other, 100)).Should().Be(10, "what the user's bucket refused was not taken from the connection's");
    }

    [Fact]
    public void Reading_pauses_when_more_is_refused_than_answers_are_worth()
    {
        var limit = Limit(burst: 40, perSecond: 20);
        Taken(limit, 240);
        limit.TakePause().Should().Be(TimeSpan.Zero);
        Taken(limit, 1);
        limit.TakePause().Should().BePositive();
        limit.TakePause().Should().Be(TimeSpan.Zero, "once for each refusal");
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
