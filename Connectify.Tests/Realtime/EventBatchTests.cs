using System.Text;
using Connectify.Protocol;
using Connectify.Server.Realtime.Events;
using Connectify.Server.Realtime.Hub;
using Connectify.Tests.Protocol;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.SignalR.Protocol;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Told together or one after the other: nobody can tell.</summary>
public class EventBatchTests
{
    private const int MaxQueued = 64 * 1024 * 1024;
    private const string Url = "\"url\":\"\\u0001/file\"";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly IHubProtocol[] Protocols = [new FrameProtocol(isFlat: false), new FrameProtocol(isFlat: true), new FramedProtocol(new HubJsonProtocol())];

    // Users 1 to 3, and now and then nobody's exception.
    private static readonly Gen<ChatEvent> Event =
        from length in Gen.Frequency((5, Gen.Choose(1, 300)), (1, Gen.Choose(1, 70_000)))
        from kind in Gen.Choose(0, 9)
        from user in Gen.Choose(1, 3)
        from hasUrl in Gen.Choose(0, 4)
        select new ChatEvent(7, Frames.MessageUpdated, Json(length, hasUrl == 0))
        {
            ExceptUser = kind is 0 or 1 ? user : 0,
            OnlyUser = kind == 2 ? user : 0,
        };

    [Fact]
    public void Each_hears_what_is_for_him_in_order()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Arb.From(Gen.NonEmptyListOf(Event)), events =>
        {
            var runs = EventBatch.Of([.. events]).ToList();
            runs.SelectMany(batch => batch.Events).Should().Equal(events);
            for (var user = 1; user <= 3; user++)
            {
                foreach (var protocol in Protocols)
                {
                    var url = $"http://host{user}";
                    Heard(runs, protocol, url, user).SequenceEqual(Alone(events, protocol, url, user)).Should().BeTrue();
                }
            }
        }));

    [Fact]
    public async Task A_run_fits_into_one_write()
    {
        var events = Enumerable.Range(0, 1000).Select(_ => new ChatEvent(7, Frames.MessageUpdated, Json(1000, hasUrl: false))).ToList();
        var sink = new StallingSink();
        var queue = new FrameQueue(sink.Write, MaxQueued, _ => { });
        foreach (var batch in EventBatch.Of(events)) batch.Enqueue(queue, Protocols[0], "", 1);
        await queue.WhenDrained().WaitAsync(Timeout);
        sink.Writes.Should().NotContain(write => write.Length > 64 * 1024).And.HaveCountLessThan(30);
    }

    private static byte[] Json(int length, bool hasUrl)
        => Encoding.UTF8.GetBytes($$"""{"group_chat_id":7,"content":"{{new string('x', length)}}"{{(hasUrl ? "," + Url : "")}}}""");

    private static byte[] Heard(IEnumerable<EventBatch> runs, IHubProtocol protocol, string url, long user)
    {
        var sink = new StallingSink();
        var queue = new FrameQueue(sink.Write, MaxQueued, _ => { });
        foreach (var batch in runs) batch.Enqueue(queue, protocol, url, user);
        queue.WhenDrained().WaitAsync(Timeout).GetAwaiter().GetResult();
        return [.. sink.Written];
    }

    private static byte[] Alone(IEnumerable<ChatEvent> events, IHubProtocol protocol, string url, long user)
        => [.. events.Where(happened => happened.IsFor(user)).SelectMany(happened => happened.Encoded.For(url).GetSerializedMessage(protocol).ToArray())];
}
