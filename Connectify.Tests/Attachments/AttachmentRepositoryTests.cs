using Connectify.Server.Attachments;
using Connectify.Tests.Support;
using FluentAssertions;
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

        var files = await AttachmentRepository.ForMessages(Server.Database, [two.MessageId, one.MessageId, long.MaxValue], default);
        files[one.MessageId].Select(file => (file.Id, file.StorageKey)).Should().Equal((ids[0], "a"), (ids[1], "b"), (ids[2], "c"));
        files[two.MessageId].Single().FileName.Should().Be("d.txt");
        files[long.MaxValue].Should().BeEmpty();
        (await AttachmentRepository.ForMessages(Server.Database, [], default)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_view_has_an_absolute_signed_url()
    {
        var files = await SharedFiles.In(Server);
        var id = (await Add(files.MessageId, "a")).Single();
        var row = (await AttachmentRepository.ForMessages(Server.Database, [files.MessageId], default))[files.MessageId].Single();
        row.View(files.Urls, "https://chat.example").Should().Be(
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
        (await AttachmentRepository.ForMessages(Server.Database, [one.MessageId, two.MessageId], default)).Should().ContainSingle();
    }

    private Task<IReadOnlyList<long>> Add(long messageId, params string[] keys)
    {
        NewAttachment[] attachments = [.. keys.Select(key => new NewAttachment("document", $"{key}.txt", "application/octet-stream", 1L << 33, key))];
        return Server.Database.Write(transaction => AttachmentRepository.Add(transaction, messageId, attachments, default), default);
    }

    public sealed class OnSqlite(SqliteServer on) : AttachmentRepositoryTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : AttachmentRepositoryTests(on), IClassFixture<PostgresServer>;
}
