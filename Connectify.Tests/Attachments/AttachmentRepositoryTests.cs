using Connectify.Server.Attachments;
using Connectify.Server.Messages;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Attachments;

public abstract class AttachmentRepositoryTests(ServerFixture on) : ServerTests(on)
{
    [Fact]
    public async Task Files_come_back_by_message_in_the_order_they_were_sent()
    {
        var (one, two) = (await SharedFiles.In(Server), await SharedFiles.In(Server));
        var ids = await Add(one.MessageId, "a", "b", "c");
        await Add(two.MessageId, "d");
        ids.Should().BeInAscendingOrder().And.HaveCount(3);

        var messages = (await Messages(two.MessageId, one.MessageId, long.MaxValue)).ToDictionary(message => message.Id);
        messages.Keys.Should().BeEquivalentTo([one.MessageId, two.MessageId]);
        messages[one.MessageId].Attachments.Select(file => (file.Id, file.FileName)).Should().Equal((ids[0], "a.txt"), (ids[1], "b.txt"), (ids[2], "c.txt"));
        messages[two.MessageId].Attachments.Single().FileName.Should().Be("d.txt");
        (await Messages()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_view_has_an_absolute_signed_url()
    {
        var files = await SharedFiles.In(Server);
        var id = (await Add(files.MessageId, "a")).Single();
        var message = (await Messages(files.MessageId)).Single();
        message.WithBaseUrl("https://chat.example").Attachments.Single().Should().Be(
            new AttachmentView(id, "document", "a.txt", "application/octet-stream", 1L << 33, $"https://chat.example{files.Urls.Attachment(id)}"));
    }

    [Fact]
    public async Task Removing_tells_the_keys_and_takes_that_messages_files_alone()
    {
        var (one, two) = (await SharedFiles.In(Server), await SharedFiles.In(Server));
        await Add(one.MessageId, "a", "b");
        await Add(two.MessageId, "c");
        var keys = await Server.Database.Write(transaction => AttachmentRepository.Remove(transaction, one.MessageId, default), default);
        keys.Should().BeEquivalentTo("a", "b");
        (await Messages(one.MessageId, two.MessageId)).SelectMany(message => message.Attachments).Should().ContainSingle();
    }

    private Task<List<MessageView>> Messages(params long[] ids)
        => Server.Services.GetRequiredService<MessageQueries>().ByIds(Server.Database, ids, default);

    private Task<IReadOnlyList<long>> Add(long messageId, params string[] keys)
    {
        NewAttachment[] attachments = [.. keys.Select(key => new NewAttachment("document", $"{key}.txt", "application/octet-stream", 1L << 33, key))];
        return Server.Database.Write(transaction => AttachmentRepository.Add(transaction, messageId, attachments, default), default);
    }

    public sealed class OnSqlite(SqliteServer on) : AttachmentRepositoryTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : AttachmentRepositoryTests(on), IClassFixture<PostgresServer>;
}
