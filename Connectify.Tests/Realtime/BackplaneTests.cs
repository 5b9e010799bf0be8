using Connectify.Protocol;
using Connectify.Server.Realtime.Events;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Realtime;

public sealed class BackplaneTests(TwoNodes on) : SeveralNodes, IClassFixture<TwoNodes>
{
    protected override TestServer Home => on.A;

    [Fact]
    public async Task What_is_said_on_one_node_is_heard_on_the_other_and_once()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var chat = await ann.StartsConversation(bo);
        var anns = await ann.Listen(chat);
        var bos = await At(on.B, bo).Listen(chat);

        var first = await ann.Says(chat, "hi");
        var second = await At(on.B, bo).Says(chat, "hello");

        await bos.Hears(first);
        await bos.Hears(second);
        await anns.Hears(first);
        await anns.Hears(second);
        await bos.HearsNothing();
        await anns.HearsNothing();
    }

    [Fact]
    public async Task Everybody_hears_the_same_order_from_twenty_senders_on_two_nodes()
    {
        const int Senders = 20, Each = 10;
        var ann = await User("ann");
        var people = new List<User>();
        for (var i = 0; i < Senders; i++) people.Add(await User("sender"));
        var chat = await ann.StartsGroup([.. people]);
        PlainSocket[] listeners = [await ann.Listen(chat), await At(on.B, ann).Listen(chat), await At(on.B, ann).Listen("")];

        await Task.WhenAll(people.Select(async (person, i) =>
        {
            var sender = At(i % 2 == 0 ? on.A : on.B, person);
            for (var n = 0; n < Each; n++) await sender.Says(chat, $"{i}/{n}");
        }));

        var heard = new List<List<long>>();
        foreach (var listener in listeners)
        {
            var seqs = new List<long>();
            while (seqs.Count < Senders * Each) seqs.Add((await listener.Hears(Frames.Message)).Number("seq"));
            await listener.HearsNo(Frames.Message);
            heard.Add(seqs);
        }

        heard.Should().AllSatisfy(seqs => seqs.Should().Equal(Enumerable.Range(1, Senders * Each).Select(seq => (long)seq)));
    }

    [Fact]
    public async Task Typing_and_reads_cross_nodes()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var chat = await ann.StartsConversation(bo);
        var anns = await ann.Listen(chat);
        var bos = await At(on.B, bo).Listen(chat);
        var sent = await ann.Says(chat, "hi");
        await bos.Hears(sent);
        await Ready(on.A, on.B);

        await bos.Send(new { type = "typing", is_typing = true });
        await bos.Send(new { type = "read", message_id = sent.Id() });

        (await anns.Hears(Frames.Typing)).Number("user_id").Should().Be(bo.Id);
        (await anns.Hears(Frames.Read)).Number("message_id").Should().Be(sent.Id());
        await bos.Hears(Frames.Read);
        bos.Cut();
        (await anns.Hears(Frames.Typing)).Flag("is_typing").Should().BeFalse();
    }

    [Fact]
    public async Task Presence_is_told_once_whichever_nodes_somebody_is_on()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var chat = await ann.StartsConversation(bo);
        var anns = await ann.Listen(chat);
        var atB = await At(on.B, bo).Listen(chat);
        (await anns.Hears(Frames.Presence)).Flag("is_online").Should().BeTrue();
        (await ann.Get($"/api/messaging/{chat}").Ok()).Items("participants").Should().AllSatisfy(user => user.Flag("is_online").Should().BeTrue());

        var atA = await bo.Listen(chat);
        var presence = on.A.Services.GetRequiredService<Presence>();
        await Until(() => Task.FromResult(presence.IsLocal(bo.Id)), "the new socket counts");
        await atB.Close();
        await anns.HearsNo(Frames.Presence);
        await atA.Close();
        (await anns.Hears(Frames.Presence)).Flag("is_online").Should().BeFalse();
        await anns.HearsNo(Frames.Presence);
    }

    [Fact]
    public async Task A_new_chat_reaches_the_socket_for_all_chats_on_the_other_node()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var bos = await At(on.B, bo).Listen("");
        var chat = await ann.StartsConversation(bo);
        await bos.Hears(Frames.ChatAdded);
        await bos.Hears(await ann.Says(chat, "hi"));
        await ann.Delete($"/api/messaging/{chat}");
        await bos.Hears(Frames.ChatRemoved);
    }

    [Fact]
    public async Task Garbled_messages_are_ignored()
    {
        var (ann, bo) = (await User("ann"), await User("bo"));
        var chat = await ann.StartsConversation(bo);
        var bos = await At(on.B, bo).Listen(chat);

        foreach (var garbage in new[] { "", "nonsense", "\u0001\u0001short", "\u0001\u0003aaaaaaaa{\"$type\":\"users\"}", "\u0001\u0002aaaaaaaa{}" })
        {
            await on.Redis.Do("PUBLISH", $"connectify:chat:{ChatSteps.ChatId(chat)}", garbage);
            await on.Redis.Do("PUBLISH", "connectify:users", garbage);
            await on.Redis.Do("PUBLISH", "connectify:nodes", garbage);
        }

        await bos.Hears(await ann.Says(chat, "hi"));
        on.B.Log.Warnings.Should().ContainSingle(line => line.Contains("A message from Redis"));
    }
}
