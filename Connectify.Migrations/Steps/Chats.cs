using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Connectify.Migrations.Steps;

/// <summary>Conversations and group chats (one table), their members, and blocks.</summary>
[DbContext(typeof(SchemaContext))]
[Migration("20261121_02_chats")]
internal sealed class Chats : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        migration.CreateTable(
            "chats",
            columns => new
            {
                id = columns.GeneratedId(),
                kind = columns.Text(),
                organization_id = columns.Column<long>(nullable: false),
                is_active = columns.Column<bool>(nullable: false),
                low_user_id = columns.Column<long>(nullable: true),
                high_user_id = columns.Column<long>(nullable: true),
                name = columns.Text(nullable: true),
                description = columns.Text(nullable: true),
                avatar_key = columns.Text(nullable: true),
                created_by = columns.Column<long>(nullable: false),
                created_at = columns.Moment(),
                updated_at = columns.Moment(),
                last_seq = columns.Column<long>(nullable: false, defaultValue: 0L),
                message_count = columns.Column<long>(nullable: false, defaultValue: 0L),
                access_version = columns.Column<long>(nullable: false, defaultValue: 0L),
            },
            constraints: table =>
            {
                table.PrimaryKey("pk_chats", row => row.id);
                table.ForeignKey("fk_chats_organization", row => row.organization_id, "organizations", "id");
                table.ForeignKey("fk_chats_creator", row => row.created_by, "users", "id");
                table.CheckConstraint("ck_chats_kind",
                    "(kind = 'conversation' AND low_user_id < high_user_id AND name IS NULL) OR (kind = 'group' AND low_user_id IS NULL AND high_user_id IS NULL AND name IS NOT NULL)");
            });

        // What makes two simultaneous creates of one conversation one conversation.
        migration.CreateIndex("uq_chats_pair", "chats", ["organization_id", "low_user_id", "high_user_id"],
            unique: true, filter: "is_active AND kind = 'conversation'");

        CreateMembers(migration);
        CreateBlocks(migration);
    }

    private static void CreateMembers(MigrationBuilder migration)
    {
        // A member who leaves keeps the row (left_at): what he read stays read.
        migration.CreateTable(
            "chat_members",
            columns => new
            {
                chat_id = columns.Column<long>(nullable: false),
                user_id = columns.Column<long>(nullable: false),
                role = columns.Text(),
                joined_at = columns.Moment(),
                left_at = columns.Moment(nullable: true),
                unread_after = columns.Column<long>(nullable: false, defaultValue: 0L),
            },
            constraints: table =>
            {
                table.PrimaryKey("pk_chat_members", row => new { row.chat_id, row.user_id });
                table.ForeignKey("fk_chat_members_chat", row => row.chat_id, "chats", "id");
                table.ForeignKey("fk_chat_members_user", row => row.user_id, "users", "id");
                table.CheckConstraint("ck_chat_members_role", "role IN ('admin', 'member')");
            });
        migration.CreateIndex("ix_chat_members_user", "chat_members", ["user_id", "chat_id"], filter: "left_at IS NULL");
    }

    private static void CreateBlocks(MigrationBuilder migration)
    {
        migration.CreateTable(
            "blocks",
            columns => new
            {
                id = columns.GeneratedId(),
                organization_id = columns.Column<long>(nullable: false),
                blocker_id = columns.Column<long>(nullable: false),
                blocked_id = columns.Column<long>(nullable: false),
                created_at = columns.Moment(),
            },
            constraints: table =>
            {
                table.PrimaryKey("pk_blocks", row => row.id);
                table.UniqueConstraint("uq_blocks", row => new { row.blocker_id, row.organization_id, row.blocked_id });
                table.ForeignKey("fk_blocks_organization", row => row.organization_id, "organizations", "id");
                table.ForeignKey("fk_blocks_blocker", row => row.blocker_id, "users", "id");
                table.ForeignKey("fk_blocks_blocked", row => row.blocked_id, "users", "id");
                table.CheckConstraint("ck_blocks_others", "blocker_id <> blocked_id");
            });
    }
}
