using Connectify.Migrations.Engines;
using FluentMigrator;

namespace Connectify.Migrations.Steps;

/// <summary>Messages, their attachments, reactions and reads.</summary>
[Migration(2026112103, "20261121_03_messages")]
public sealed class Messages : ForwardOnlyMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        // No foreign keys: chats, users and messages are never deleted, and each insert reads all three in its
        // own transaction. Checking them once more would cost as much again as storing the row.
        Create.Table("messages")
            .Id("pk_messages")
            .Number("chat_id")
            .Number("seq")
            .Number("created_seq")
            .Number("sender_id")
            .Text("content")
            .Number("reply_to").Nullable()
            .Text("client_message_id").Nullable()
            .Number("dual_key").Nullable()
            .Text("dual_via").Nullable()
            .Moment("created_at")
            .Moment("updated_at")
            .Flag("is_edited").WithDefaultValue(false)
            .Moment("deleted_at").Nullable()
            .Constraint("ck_messages_seq", "CHECK (seq >= created_seq AND created_seq > 0)");

        // For resume and gaps; for pages and unread counts, which need the sender too; against duplicates with a client id;
        // against duplicates without one. In this order: while the table is empty their plans cost the same, and
        // PostgreSQL takes the last.
        Create.Index("uq_messages_seq", "messages", ["chat_id", "seq"], unique: true);
        Create.Index("ix_messages_page", "messages", ["chat_id", "id", "sender_id"], filter: "deleted_at IS NULL");
        Create.Index("uq_messages_client_id", "messages", ["chat_id", "sender_id", "client_message_id"],
            unique: true, filter: "client_message_id IS NOT NULL");
        Create.Index("ix_messages_dual", "messages", ["chat_id", "dual_key"], filter: "dual_key IS NOT NULL");

        CreateAttachments();
        CreateReactions();
        CreateReads();
    }

    private void CreateAttachments()
    {
        Create.Table("attachments")
            .Id("pk_attachments")
            .Number("message_id").ForeignKey("fk_attachments_message", "messages", "id")
            .Text("type")
            .Text("file_name")
            .Text("content_type")
            .Number("size")
            .Text("storage_key")
            .Constraint("ck_attachments_type", "CHECK (type IN ('image', 'video', 'document', 'audio'))");
        Create.Index("ix_attachments_message", "attachments", ["message_id"]);
    }

    private void CreateReactions() => Create.Table("reactions")
        .Id("pk_reactions")
        .Number("message_id").ForeignKey("fk_reactions_message", "messages", "id")
        .Number("user_id").ForeignKey("fk_reactions_user", "users", "id")
        .Text("emoji")
        .Moment("created_at")
        .Constraint("uq_reactions", "UNIQUE (message_id, user_id, emoji)");

    // Ranges of messages that a member has read: [first_id, last_id]. Reading in order extends one row.
    private void CreateReads() => Create.Table("message_reads")
        .Number("chat_id").PrimaryKey("pk_message_reads")
        .Number("user_id").PrimaryKey("pk_message_reads")
        .Number("first_id").PrimaryKey("pk_message_reads")
        .Number("last_id")
        .Constraint("fk_message_reads_member", "FOREIGN KEY (chat_id, user_id) REFERENCES chat_members (chat_id, user_id)")
        .Constraint("ck_message_reads_run", "CHECK (first_id <= last_id)");
}
