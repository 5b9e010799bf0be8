using Connectify.Protocol;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Connectify.Tests.Protocol;

public class FrameQueueTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly List<Exception?> _failures = [];
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public void Frames_of_any_size_keep_their_order()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Arb.From(Gen.ArrayOf(Gen.Choose(1, 40_000))), lengths =>
        {
            var sink = new StallingSink();
            var queue = Queue(sink);
            var frames = lengths.Select((length, i) => Frame((byte)i, length)).ToList();
            frames.ForEach(frame => queue.Enqueue(frame));
            Drained(queue).GetAwaiter().GetResult();
            sink.Written.Should().Equal(frames.SelectMany(frame => frame));
            sink.Writes.Should().NotContain(write => write.Length > 64 * 1024);
        }));

    [Fact]
    public async Task Each_producer_keeps_its_order_among_others()
    {
        var sink = new StallingSink();
        var queue = Queue(sink);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(producer => Task.Run(() =>
        {
            for (byte i = 0; i < 200; i++) queue.Enqueue(new byte[] { (byte)producer, i });
        })));
        await Drained(queue);
        var written = sink.Written.Chunk(2).ToList();
        for (var producer = 0; producer < 8; producer++)
        {
            written.Where(frame => frame[0] == producer).Select(frame => (int)frame[1]).Should().Equal(Enumerable.Range(0, 200));
        }
    }

    [Fact]
    public async Task What_gathers_during_a_write_goes_in_one()
    {
        var sink = new StallingSink();
        var queue = Queue(sink);
        var end = await Stalled(queue, sink);
        for (byte i = 1; i <= 100; i++) queue.Enqueue(Frame(i, 10));
        end.SetResult();
        await Drained(queue);
        sink.Writes.Should().HaveCount(2);
        sink.Written.Chunk(10).Select(frame => (int)frame[0]).Should().Equal(Enumerable.Range(0, 101));
        queue.QueuedBytes.Should().Be(0);
    }

    [Fact]
    public async Task A_sink_that_stalls_keeps_nobody_waiting_and_is_bounded()
    {
        var sink = new StallingSink();

        // A frame that waits counts with what it costs besides its bytes.
        var queue = Queue(sink, maxBytes: 1000 + (99 * 64));
        var end = await Stalled(queue, sink);
        for (byte i = 1; i < 100; i++) queue.Enqueue(Frame(i, 10));
        _failures.Should().BeEmpty("so many may wait");
        queue.QueuedBytes.Should().Be(1000);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => queue.Enqueue(Frame(200, 10)))));

        _failures.Should().ContainSingle("it is told once").Which.Should().BeNull();
        queue.QueuedBytes.Should().Be(1000);
        end.SetResult();
        await Drained(queue);
        sink.Written.Should().NotContain(200);
    }

    [Fact]
    public async Task One_frame_longer_than_the_bound_may_go_alone()
    {
        var sink = new StallingSink();
        var queue = Queue(sink, maxBytes: 1000);
        queue.Enqueue(Frame(1, 100_000));
        await Drained(queue);
        sink.Written.Should().HaveCount(100_000);
        _failures.Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_follows_the_last_frame()
    {
        var sink = new StallingSink();
        var queue = Queue(sink);
        var end = await Stalled(queue, sink);
        queue.Enqueue(Frame(1, 10));
        queue.EnqueueClose(FrameWriter.Close(1000, ""));
        queue.Enqueue(Frame(2, 10));
        queue.EnqueueClose(FrameWriter.Close(1001, ""));
        end.SetResult();
        await Drained(queue);
        sink.Written.Should().Equal([.. Frame(0, 10), .. Frame(1, 10), .. FrameWriter.Close(1000, "")]);
    }

    [Fact]
    public async Task The_last_frame_may_take_the_place_of_all_that_waits()
    {
        var sink = new StallingSink();
        FrameQueue? queue = null;
        queue = new FrameQueue(sink.Write, 1000, _ => queue!.EnqueueClose(FrameWriter.Close(1013, ""), discardPending: true));
        var end = await Stalled(queue, sink);
        queue.Enqueue(Frame(1, 500));
        queue.Enqueue(Frame(2, 600));
        queue.Enqueue(Frame(3, 10));
        end.SetResult();
        await Drained(queue);
        sink.Written.Should().Equal([.. Frame(0, 10), .. FrameWriter.Close(1013, "")], "a frame under way is not torn");
    }

    [Fact]
    public async Task A_write_that_fails_is_told_once_and_ends_the_queue()
    {
        var sink = new StallingSink();
        var queue = Queue(sink);
        var end = await Stalled(queue, sink);
        queue.Enqueue(Frame(1, 10));
        end.SetException(new IOException("gone"));
        await _failed.Task.WaitAsync(Timeout);
        queue.Enqueue(Frame(2, 10));
        await Drained(queue);
        _failures.Should().ContainSingle().Which.Should().BeOfType<IOException>();
        sink.Writes.Should().ContainSingle();
    }

    [Fact]
    public async Task Each_draining_can_be_waited_for()
    {
        var sink = new StallingSink();
        var queue = Queue(sink);
        for (byte i = 0; i < 3; i++)
        {
            var end = new TaskCompletionSource();
            sink.Stall(end.Task);
            queue.Enqueue(Frame(i, 10));
            await sink.Begun();
            var drained = queue.WhenDrained();
            drained.IsCompleted.Should().BeFalse("a write is under way");
            end.SetResult();
            await drained.WaitAsync(Timeout);
        }
    }

    [Fact]
    public async Task A_blocked_write_counts_from_its_start()
    {
        var sink = new StallingSink();
        var queue = Queue(sink);
        queue.BlockedFor.Should().Be(TimeSpan.Zero);
        var end = await Stalled(queue, sink);
        SpinWait.SpinUntil(() => queue.BlockedFor > TimeSpan.Zero, Timeout).Should().BeTrue();
        end.SetResult();
        await Drained(queue);
        queue.BlockedFor.Should().Be(TimeSpan.Zero);
    }

    private static byte[] Frame(byte content, int length) => [.. Enumerable.Repeat(content, length)];

    private static Task Drained(FrameQueue queue) => queue.WhenDrained().WaitAsync(Timeout);

    private FrameQueue Queue(StallingSink sink, int maxBytes = 100_000_000) => new(sink.Write, maxBytes, error =>
    {
        lock (_failures) _failures.Add(error);
        _failed.TrySetResult();
    });

    /// <summary>A first frame of ten zeros is being written, and goes on being written until the result is set.</summary>
    private static async Task<TaskCompletionSource> Stalled(FrameQueue queue, StallingSink sink)
    {
        var end = new TaskCompletionSource();
        sink.Stall(end.Task);
        queue.Enqueue(Frame(0, 10));
        await sink.Begun();
        return end;
    }
}
