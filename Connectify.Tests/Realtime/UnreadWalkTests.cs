using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;
using Xunit.Abstractions;

namespace Connectify.Tests.Realtime;

/// <summary>However sends, reads, deletions, removals and reconnects on two nodes follow each other: list, detail and last frame agree.</summary>
public sealed class UnreadWalkTests(TwoNodes on, ITestOutputHelper output) : SeveralNodes, IClassFixture<TwoNodes>
{
    private const int Steps = 40;

    protected override TestServer Home => on.A;

    // The last one is another one each time.
    public static TheoryData<int> Seeds => [1, 2, 3, Random.Shared.Next()];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task List_detail_and_last_frame_agree(int seed)
    {
        output.WriteLine($"Seed {seed}");
        User ann = await User("ann"), bo = await User("bo"), cy = await User("cy");
        string group = await ann.StartsGroup(bo, cy), conversation = await ann.StartsConversation(bo);
        var walk = new UnreadWalk(seed, [ann, At(on.B, ann)], [bo, At(on.B, bo)], [cy, At(on.B, cy)], group, conversation);
        try
        {
            for (var step = 0; step < Steps; step++)
            {
                await walk.Step();
                await walk.Agrees();
            }
        }
        catch (Exception)
        {
            output.WriteLine(walk.Story);
            throw;
        }
    }

    [Fact]
    public async Task Removed_at_one_node_and_added_at_the_other_one_begins_at_nothing()
    {
        User ann = await User("ann"), bo = await User("bo");
        var group = await ann.StartsGroup(bo);
        var inbox = await At(on.B, bo).Listen("");
        await inbox.Send(new { type = Frames.Resume, chats = Array.Empty<object>() });
        for (var i = 1; i <= 5; i++)
        {
            await ann.Says(group, $"{i}");
            await inbox.Hears(Frames.Unread, frame => frame.Number("unread_count") == i);
        }

        await At(on.B, ann).Post($"/api/messaging/{group}remove_member/", new { member_id = bo.Id }).Ok();
        await ann.Post($"/api/messaging/{group}add_members/", new { member_ids = new[] { bo.Id } }).Ok();
        await ann.Says(group, "6");
        var last = await ann.Says(group, "7");

        await inbox.Hears(last);

        // On its way there it may have said 0 and 1; what it says last counts.
        while ((await inbox.Hears(Frames.Unread)).Number("unread_count") != 2)
        {
        }

        (await inbox.HearsUntilNow()).Should().NotContain(frame => frame.Type == Frames.Unread && frame.Body.Number("unread_count") != 2);
    }
}
