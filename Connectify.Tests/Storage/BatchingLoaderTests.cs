using Connectify.Server.Storage;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Storage;

public sealed class BatchingLoaderTests
{
    private readonly List<(int[] Asked, TaskCompletionSource<Dictionary<int, string>> Answer)> _queries = [];

    [Fact]
    public async Task What_is_asked_while_a_query_is_under_way_goes_together_after_it()
    {
        var loader = Loader();
        var first = loader.LoadAsync(1);
        Task<string?>[] later = [loader.LoadAsync(1), loader.LoadAsync(2), loader.LoadAsync(2)];
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
        var loader = Loader();
        var failed = loader.LoadAsync(1);
        var fine = loader.LoadAsync(2);
        _queries[0].Answer.SetException(new TimeoutException());
        await failed.Awaiting(task => task).Should().ThrowAsync<TimeoutException>();
        _queries[1].Answer.SetResult(new() { [2] = "two" });
        (await fine).Should().Be("two");
    }

    private BatchingLoader<int, string> Loader() => new(asked =>
    {
        _queries.Add(([.. asked], new()));
        return _queries[^1].Answer.Task;
    });
}
