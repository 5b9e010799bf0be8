using Connectify.Server.Storage;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Storage;

public sealed class DatabaseReachTests
{
    [Fact]
    public async Task Waits_end_when_the_database_is_lost_and_none_begins_until_it_is_found()
    {
        using var availability = new DatabaseAvailability();
        var never = new TaskCompletionSource<int>();
        var waiting = availability.RunWhileUp(() => never.Task);
        (await availability.RunWhileUp(() => Task.FromResult(1))).Should().Be(1);

        availability.MarkDown();
        await waiting.Awaiting(task => task.WaitAsync(TimeSpan.FromSeconds(30))).Should().ThrowAsync<DatabaseUnavailableException>();
        await availability.Awaiting(lost => lost.RunWhileUp<int>(() => throw new InvalidOperationException("asked all the same"))).Should().ThrowAsync<DatabaseUnavailableException>();

        availability.MarkUp();
        (await availability.RunWhileUp(() => Task.FromResult(2))).Should().Be(2);
    }

    [Fact]
    public async Task What_ends_as_the_database_is_lost_ends_as_it_did()
    {
        using var availability = new DatabaseAvailability();
        var work = new TaskCompletionSource<int>();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new First(() => work.TrySetResult(7)));
        var waiting = availability.RunWhileUp(() => work.Task);
        SynchronizationContext.SetSynchronizationContext(before);

        availability.MarkDown();

        (await waiting).Should().Be(7);
    }

    [Fact]
    public void What_changes_is_told_once_with_the_reason()
    {
        using var availability = new DatabaseAvailability();
        var told = new List<string?>();
        availability.Changed += told.Add;

        availability.MarkUp();
        availability.MarkUnwritable("full");
        availability.MarkUnwritable("still full");
        availability.MarkDown("gone");
        availability.MarkDown("still gone");
        availability.MarkUp();
        availability.MarkUp();

        told.Should().Equal("full", "gone", null);
        availability.Problem.Should().BeNull();
        availability.Unwritable.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public async Task What_work_throws_is_thrown()
    {
        using var availability = new DatabaseAvailability();
        await availability.Awaiting(fine => fine.RunWhileUp(() => Task.FromException<int>(new TimeoutException()))).Should().ThrowAsync<TimeoutException>();
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
