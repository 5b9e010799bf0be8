using System.Diagnostics;
using Connectify.Migrations;
using Connectify.Protocol;
using Connectify.Server.Realtime.Events;
using Connectify.Server.Realtime.Feeds;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>Where a socket can't be told everything, it ends and says so, rather than to go on with a part.</summary>
public sealed class ReconnectTests
{
    private const int ResumeLimit = 2;

    // The socket for all chats begins in its chats a second after its hello.
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(0.7);

    [Fact]
    public async Task A_resume_that_meets_no_database_ends_the_socket()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite);
        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
        var path = await ann.StartsConversation(bo);
        await ann.Says(path, "missed");
        var all = await bo.Listen("");

        server.Database.Availability.MarkDown();
        await all.Send(new { type = Frames.Resume, chats = new[] { new { conversation_id = ChatSteps.ChatId(path), since = 0 } } });
        (await all.Closed()).Should().Be(CloseCodes.InternalError);
        server.Database.Availability.MarkUp();

        var again = await bo.Listen("");
        await again.Hears(await ann.Says(path, "and on"));
        await bo.HangUp();
    }

    [Theory]
    [InlineData(DatabaseEngine.Sqlite)]
    [InlineData(DatabaseEngine.Postgres)]
    public async Task Who_was_overtaken_on_the_way_in_by_more_than_is_replayed_ends(DatabaseEngine engine)
    {
        await using var server = await TestServer.Start(engine, $"--Messaging:ResumeLimit={ResumeLimit}");
        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
        PlainSocket all;
        Stopwatch sinceHello;
        do
        {
            // A chat that nobody follows yet: it begins with who comes in first, which is the later one.
            var path = await ann.StartsGroup(bo);
            all = await bo.Listen("");
            sinceHello = Stopwatch.StartNew();
            for (var i = 0; i <= ResumeLimit; i++) await ann.Says(path, $"{i}");
            await (await ann.Listen(path)).Close();
        }
        while (sinceHello.Elapsed > InTime);

        (await all.Closed()).Should().Be(CloseCodes.InternalError);
        foreach (var user in new[] { ann, bo }) await user.HangUp();
    }

    [Fact]
    public void What_comes_while_nobody_is_in_yet_is_kept_up_to_a_limit_and_the_rest_is_read()
    {
        const int Come = 1_500;
        var order = new Resequencer();
        for (var seq = 1; seq <= Come; seq++) order.Add(new ChatEvent(1, Frames.Message, default) { Seq = seq, After = seq - 1 });

        order.TryBegin(100, 0).Should().BeTrue();

        order.TakeInOrder().Should().BeEmpty();
        order.Gap(100).Should().Be(new FeedGap(IsAccessStale: false, 100));
    }
}
