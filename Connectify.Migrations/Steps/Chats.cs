using Connectify.Migrations.Engines;
using FluentMigrator;

namespace Connectify.Migrations.Steps;

/// <summary>Conversations and group chats (one table), their members, and blocks.</summary>
[Migration(2026112102, "20261121_02_chats")]
public sealed class Chats : ForwardOnlyMigration
{
    private const string EachKind = """
        CHECK ((kind = 'conversation' AND low_user_id < high_user_id AND name IS NULL) OR (kind = 'group' AND low_user_id IS NULL AND high_user_id IS NULL AND name IS NOT NULL))
        """;

    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("chats")
            .Id("pk_chats")
            .Text("kind")
            .Number("organization_id").ForeignKey("fk_chats_organization", "organizations", "id")
            .Flag("is_active")
            .Number("low_user_id").Nullable()
            .Number("high_user_id").Nullable()
            .Text("name").Nullable()
            .Text("description").Nullable()
            .Text("avatar_key").Nullable()
            .Number("created_by").ForeignKey("fk_chats_creator", "users", "id")
            .Moment("created_at")
            .Moment("updated_at")
            .Number("last_seq").WithDefaultValue(0)
            .Number("message_count").WithDefaultValue(0)
            .Number("access_version").WithDefaultValue(0)
            .Constraint("ck_chats_kind", EachKind);

        // Two simultaneous requests for one conversation get one conversation.
        Create.Index("uq_chats_pair", "chats", ["organization_id", "low_user_id", "high_user_id"],
            unique: true, filter: "is_active AND kind = 'conversation'");

        // A member who leaves keeps the row (left_at): read messages stay read.
        Create.Table("chat_members")
            .Number("chat_id").PrimaryKey("pk_chat_members").ForeignKey("fk_chat_members_chat", "chats", "id")
            .Number("user_id").PrimaryKey("pk_chat_members").ForeignKey("fk_chat_members_user", "users", "id")
            .Text("role")
            .Moment("joined_at")
            .Moment("left_at").Nullable()
            .Number("unread_after").WithDefaultValue(0)
            .Constraint("ck_chat_members_role", "CHECK (role IN ('admin', 'member'))");
        Create.Index("ix_chat_members_user", "chat_members", ["user_id", "chat_id"], filter: "left_at IS NULL");

        Create.Table("blocks")
            .Id("pk_blocks")
            .Number("organization_id").ForeignKey("fk_blocks_organization", "organizations", "id")
            .Number("blocker_id").ForeignKey("fk_blocks_blocker", "users", "id")
            .Number("blocked_id").ForeignKey("fk_blocks_blocked", "users", "id")
            .Moment("created_at")
            .Constraint("uq_blocks", "UNIQUE (blocker_id, organization_id, blocked_id)")
            .Constraint("ck_blocks_others", "CHECK (blocker_id <> blocked_id)");
    }
}
