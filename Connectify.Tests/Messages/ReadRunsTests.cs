using Connectify.Server.Messages.Reads;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Connectify.Tests.Messages;

public sealed class ReadRunsTests
{
    /// <summary>
    /// Somebody reads messages of others in any order, some twice, loaded from the database in between. The
    /// model is a set of ids. Runs must hold exactly it, and be as few as they can.
    /// </summary>
    [Fact]
    public void They_hold_exactly_what_was_read_in_as_few_runs_as_can_be()
    {
        var ids = Gen.Choose(1, 30);
        var cases = Gen.Zip(Gen.ListOf(ids), Gen.ListOf(ids)).ToArbitrary();
        Prop.ForAll(cases, given =>
        {
            // Ids of the chat that are others' messages; the rest are one's own, or another chat's.
            var others = given.Item1.Select(id => (long)id).Distinct().Order().ToList();
            var read = given.Item2.Select(id => (long)id).Where(others.Contains).ToList();
            var ranges = new ReadRanges([]);
            var model = new HashSet<long>();
            foreach (var id in read)
            {
                if (ranges.Contains(id) != model.Contains(id)) return false;
                if (model.Add(id)) ranges.Add(Point(others, id));
                ranges = new ReadRanges(ranges.All.Reverse());
            }

            return others.TrueForAll(id => ranges.Contains(id) == model.Contains(id)) && ranges.All.Count == Islands(others, model);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void In_order_there_is_one()
    {
        var ranges = new ReadRanges([]);
        var others = Enumerable.Range(1, 1_000).Select(n => (long)n * 3).ToList();
        foreach (var id in others) ranges.Add(Point(others, id));
        ranges.All.Should().Equal(new ReadRange { FirstId = 3, LastId = 3_000 });
    }

    [Fact]
    public void Runs_are_in_order()
    {
        var ranges = new ReadRanges([]);
        foreach (var id in new long[] { 5, 1, 9, 3, 7 }) ranges.Add(new ReadPoint { Id = id, Previous = id - 1, Next = id + 1 });
        ranges.All.Select(range => range.FirstId).Should().Equal(1, 3, 5, 7, 9);
        ranges.Add(new ReadPoint { Id = 4, Previous = 3, Next = 5 });
        ranges.All.Should().Equal(Run(1, 1), Run(3, 5), Run(7, 7), Run(9, 9));
    }

    private static ReadRange Run(long first, long last) => new() { FirstId = first, LastId = last };

    private static ReadPoint Point(List<long> others, long id)
    {
        var at = others.IndexOf(id);
        return new ReadPoint { Id = id, Previous = at > 0 ? others[at - 1] : 0, Next = at + 1 < others.Count ? others[at + 1] : 0 };
    }

    private static int Islands(List<long> others, HashSet<long> read)
        => others.Where((id, at) => read.Contains(id) && (at == 0 || !read.Contains(others[at - 1]))).Count();
}
