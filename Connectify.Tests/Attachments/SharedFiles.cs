using Connectify.Server.Attachments;
using Connectify.Server.Attachments.Sniffing;
using Connectify.Server.Attachments.Store;
using Connectify.Server.Storage;
using Connectify.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Connectify.Tests.Attachments;

/// <summary>A group with a message, put straight into the database, to hang files on.</summary>
internal sealed class SharedFiles(TestServer server)
{
    private static int _users;

    public long ChatId { get; private set; }

    public long MessageId { get; private set; }

    public FileUrls Urls => server.Services.GetRequiredService<FileUrls>();

    public IFileStore Store => server.Services.GetRequiredService<IFileStore>();

    public static async Task<SharedFiles> In(TestServer server)
    {
        var files = new SharedFiles(server);
        var now = Timestamp.Now;
        var name = $"sharer_{Interlocked.Increment(ref _users)}";
        var user = await files.Insert(
            """
            INSERT INTO users (username, username_key, email, email_key, search_key, password_hash, first_name, last_name,
                               status, is_superuser, created_at, updated_at)
            VALUES (@name, @name, @name, @name, @name, '', '', '', 'active', false, @now, @now)
            RETURNING id
            """,
            new { name, now });
        files.ChatId = await files.Insert(
            """
            INSERT INTO chats (kind, organization_id, is_active, name, created_by, created_at, updated_at)
            VALUES ('group', 1, true, 'Team', @user, @now, @now)
            RETURNING id
            """,
            new { user, now });
        files.MessageId = await files.AddMessage(user, 1);
        return files;
    }

    public Task<long> AddMessage(long user, int seq)
        => Insert(
            """
            INSERT INTO messages (chat_id, seq, created_seq, sender_id, content, created_at, updated_at)
            VALUES (@ChatId, @seq, @seq, @user, '', @now, @now)
            RETURNING id
            """,
            new { ChatId, seq, user, now = Timestamp.Now });

    /// <summary>Stores a file and hangs it on the message.</summary>
    /// <returns>Its path and query.</returns>
    public async Task<string> Attach(string content, string fileName = "cat.png", int length = 0)
    {
        var bytes = UploadServer.Bytes(content, length);
        var kind = await FileContent.Detect(new MemoryStream(bytes), default);
        var attachment = new NewAttachment(kind.Type, fileName, kind.ContentType, bytes.Length, await Put(bytes));
        var ids = await server.Database.Write(
            transaction => AttachmentRepository.Add(transaction, MessageId, [attachment], default), default);
        return Urls.Attachment(ids[0]);
    }

    /// <summary>Gives the group a picture.</summary>
    /// <returns>Its path and query.</returns>
    public async Task<string> Picture(string content)
    {
        var key = await Put(UploadServer.Bytes(content, 5000));
        await Change("UPDATE chats SET avatar_key = @key WHERE id = @ChatId", new { key, ChatId });
        return Urls.Avatar(ChatId, key)!;
    }

    public Task DeleteMessage() => Change("UPDATE messages SET deleted_at = 1 WHERE id = @MessageId", new { MessageId });

    public Task DeleteChat() => Change("UPDATE chats SET is_active = false WHERE id = @ChatId", new { ChatId });

    private async Task<string> Put(byte[] bytes)
    {
        await using var incoming = Store.Receive();
        await incoming.Write(bytes, default);
        await incoming.Store(default);
        return incoming.Key;
    }

    private Task<long> Insert(string sql, object arguments)
        => server.Database.Write(transaction => transaction.FirstOrDefault<long>(sql, arguments, default), default);

    private Task Change(string sql, object arguments) => server.Database.Execute(sql, arguments, default);
}
