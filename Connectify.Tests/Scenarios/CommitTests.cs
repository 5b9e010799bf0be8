using Connectify.Migrations;
using Connectify.Protocol;
using Connectify.Tests.Support;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace Connectify.Tests.Scenarios;

/// <summary>The last thing that can go wrong with a send, made to happen: everything is stored, and then the commit fails.</summary>
public sealed class CommitTests
{
    private const string FailAtCommit = """
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no commit'; END $$;
        CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON messages DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
            WHEN (NEW.content = 'doomed') EXECUTE FUNCTION fail();
        """;

    [Fact]
    public async Task A_send_whose_commit_fails_is_neither_acknowledged_nor_told_and_harms_no_other()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Postgres);
        await using (var connection = new NpgsqlConnection(server.Database.Target.ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(FailAtCommit, connection);
            await command.ExecuteNonQueryAsync();
        }

        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
        var chat = await ann.StartsConversation(bo);
        PlainSocket anns = await ann.Listen(chat), bos = await bo.Listen(chat);
        var hub = await ann.JoinHub();

        await ann.Post($"/api/messaging/{chat}send_message/", new { content = "doomed" }).Fails(500);
        await anns.Send(new { type = Frames.Message, content = "doomed", client_message_id = "d1" });
        (await anns.Hears(Frames.Error)).Text("code").Should().Be("internal_error");
        await hub.Invoking(it => it.Invoke("SendMessage", new { conversation_id = ChatSteps.ChatId(chat), content = "doomed" })).Should().ThrowAsync<Exception>();

        // Many at once share a commit; the doomed ones don't take the others with them.
        var sends = Enumerable.Range(0, 40).Select(i => ann.Post($"/api/messaging/{chat}send_message/", new { content = i % 8 == 0 ? "doomed" : $"{i}" }));
        var answers = await Task.WhenAll(sends);
        answers.Count(answer => answer.Status == 500).Should().Be(5);
        answers.Count(answer => answer.Status == 201).Should().Be(35);

        foreach (var seq in Enumerable.Range(1, 35)) (await bos.HearsNext(Frames.Message)).Number("seq").Should().Be(seq);
        await bos.HearsNothing();
        foreach (var user in new[] { ann, bo }) await user.HangUp();
    }
}
