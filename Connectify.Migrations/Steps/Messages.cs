using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Connectify.Migrations.Steps;

/// <summary>Messages and what hangs on them: attachments, reactions, reads.</summary>
[DbContext(typeof(SchemaContext))]
[Migration("20261121_03_messages")]
internal sealed class Messages : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        migration.CreateTable(
            "messages",
            columns => new
            {
                id = columns.GeneratedId(),
                chat_id = columns.Column<long>(nullable: false),
                seq = columns.Column<long>(nullable: false),
                created_seq = columns.Column<long>(nullable: false),
                sender_id = columns.Column<long>(nullable: false),
                content = columns.Text(),
                reply_to = columns.Column<long>(nullable: true),
                client_message_id = columns.Text(nullable: true),
                dual_key = columns.Column<long>(nullable: true),
                dual_via = columns.Text(nullable: true),
                created_at = columns.Moment(),
                updated_at = columns.Moment(),
                is_edited = columns.Column<bool>(nullable: false, defaultValue: false),
                deleted_at = columns.Moment(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("pk_messages", row => row.id);

                // No foreign keys: chats, users and messages are never deleted, and each insert reads all three in its
                // own transaction. Checking them once more would cost as much again as storing the row.
                table.CheckConstraint("ck_messages_seq", "seq >= created_seq AND created_seq > 0");
            });

        // Resume and gaps; pages, and unread counts, which need to know the sender too; sending twice with an id; sending
        // twice without one. In this order: while the table is empty they all look as good, and PostgreSQL takes the last.
        migration.CreateIndex("uq_messages_seq", "messages", ["chat_id", "seq"], unique: true);
        migration.CreateIndex("ix_messages_page", "messages", ["chat_id", "id", "sender_id"], filter: "deleted_at IS NULL");
        migration.CreateIndex("uq_messages_client_id", "messages", ["chat_id", "sender_id", "client_message_id"],
            unique: true, filter: "client_message_id IS NOT NULL");
        migration.CreateIndex("ix_messages_dual", "messages", ["chat_id", "dual_key"], filter: "dual_key IS NOT NULL");

        CreateAttachments(migration);
        CreateReactions(migration);
        CreateReads(migration);
    }

    private static void CreateAttachments(MigrationBuilder migration)
    {
        migration.CreateTable(
            "attachments",
            columns => new
            {
                id = columns.GeneratedId(),
                message_id = columns.Column<long>(nullable: false),
                type = columns.Text(),
                file_name = columns.Text(),
                content_type = columns.Text(),
                size = columns.Column<long>(nullable: false),
                storage_key = columns.Text(),
            },
            constraints: table =>
            {
                table.PrimaryKey("pk_attachments", row => row.id);
                table.ForeignKey("fk_attachments_message", row => row.message_id, "messages", "id");
                table.CheckConstraint("ck_attachments_type", "type IN ('image', 'video', 'document', 'audio')");
            });
        migration.CreateIndex("ix_attachments_message", "attachments", "message_id");
    }

    private static void CreateReactions(MigrationBuilder migration)
        => migration.CreateTable(
            "reactions",
            columns => new
            {
                id = columns.GeneratedId(),
                message_id = columns.Column<long>(nullable: false),
                user_id = columns.Column<long>(nullable: false),
                emoji = columns.Text(),
                created_at = columns.Moment(),
            },
            constraints: table =>
            {
                table.PrimaryKey("pk_reactions", row => row.id);
                table.UniqueConstraint("uq_reactions", row => new { row.message_id, row.user_id, row.emoji });
                table.ForeignKey("fk_reactions_message", row => row.message_id, "messages", "id");
                table.ForeignKey("fk_reactions_user", row => row.user_id, "users", "id");
            });

    // Runs of messages a member has read: [first_id, last_id]. Reading in order lengthens one row.
    private static void CreateReads(MigrationBuilder migration)
        => migration.CreateTable(
            "message_reads",
            columns => new
            {
                chat_id = columns.Column<long>(nullable: false),
                user_id = columns.Column<long>(nullable: false),
                first_id = columns.Column<long>(nullable: false),
                last_id = columns.Column<long>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("pk_message_reads", row => new { row.chat_id, row.user_id, row.first_id });
                table.ForeignKey("fk_message_reads_member", row => new { row.chat_id, row.user_id },
                    "chat_members", ["chat_id", "user_id"]);
                table.CheckConstraint("ck_message_reads_run", "first_id <= last_id");
            });
}
