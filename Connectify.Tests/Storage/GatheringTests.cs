using Connectify.Server.Storage;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Storage;

public sealed class GatheringTests
{
    private readonly List<(int[] Asked, TaskCompletionSource<Dictionary<int, string>> Answer)> _queries = [];

    [Fact]
    public async Task What_is_asked_while_a_query_is_under_way_goes_together_after_it()
    {
        var gathering = Gathering();
        var first = gathering.Ask(1);
        Task<string?>[] later = [gathering.Ask(1), gathering.Ask(2), gathering.Ask(2)];
        _queries.Should().ContainSingle().Which.Asked.Should().Equal(1);

        _queries[0].Answer.SetResult(new() { [1] = "old" });
        (await first).Should().Be("old");
        _queries[1].Answer.SetResult(new() { [1] = "new" });
        (await Task.WhenAll(later)).Should().Equal("new", null, null);
        _queries[1].Asked.Should().Equal(1, 2);
    }

    [Fact]
    public async Task A_query_that_fails_fails_those_who_asked_and_nobody_after_them()
    {
        var gathering = Gathering();
        var failed = gathering.Ask(1);
        var fine = gathering.Ask(2);
        _queries[0].Answer.SetException(new TimeoutException());
        await failed.Awaiting(task => task).Should().ThrowAsync<TimeoutException>();
        _queries[1].Answer.SetResult(new() { [2] = "two" });
        (await fine).Should().Be("two");
    }

    private Gathering<int, string> Gathering() => new(asked =>
    {
        _queries.Add(([.. asked], new()));
        return _queries[^1].Answer.Task;
    });
}
