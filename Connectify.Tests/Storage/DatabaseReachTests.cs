using Connectify.Server.Storage;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Storage;

public sealed class DatabaseReachTests
{
    [Fact]
    public async Task Waits_end_when_the_database_is_lost_and_none_begins_until_it_is_found()
    {
        using var reach = new DatabaseReach();
        var never = new TaskCompletionSource<int>();
        var waiting = reach.Within(() => never.Task);
        (await reach.Within(() => Task.FromResult(1))).Should().Be(1);

        reach.Lost();
        await waiting.Awaiting(task => task.WaitAsync(TimeSpan.FromSeconds(30))).Should().ThrowAsync<DatabaseAwayException>();
        await reach.Awaiting(lost => lost.Within<int>(() => throw new InvalidOperationException("asked all the same"))).Should().ThrowAsync<DatabaseAwayException>();

        reach.Found();
        (await reach.Within(() => Task.FromResult(2))).Should().Be(2);
    }

    [Fact]
    public async Task What_ends_as_the_database_is_lost_ends_as_it_did()
    {
        using var reach = new DatabaseReach();
        var work = new TaskCompletionSource<int>();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new First(() => work.TrySetResult(7)));
        var waiting = reach.Within(() => work.Task);
        SynchronizationContext.SetSynchronizationContext(before);

        reach.Lost();

        (await waiting).Should().Be(7);
    }

    [Fact]
    public async Task What_work_throws_is_thrown()
    {
        using var reach = new DatabaseReach();
        await reach.Awaiting(fine => fine.Within(() => Task.FromException<int>(new TimeoutException()))).Should().ThrowAsync<TimeoutException>();
    }

    // Does something before whatever goes on.
    private sealed class First(Action something) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            something();
            d(state);
        }
    }
}
