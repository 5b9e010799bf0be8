using FluentMigrator;

namespace Connectify.Migrations.Steps;

/// <summary>
/// The one rule for who is in a chat: the chat is active, the user has not left it, and still belongs to its
/// organization. Columns of these tables that a later step changes make it drop this view first and create it again.
/// </summary>
[Migration(2026112906, "20261129_06_current_chat_members")]
public sealed class CurrentChatMembers : ForwardOnlyMigration
{
    /// <inheritdoc />
    public override void Up() => Execute.Sql("""
        CREATE VIEW current_chat_members AS
        SELECT cm.chat_id, cm.user_id, cm.role, cm.joined_at, cm.unread_after, c.kind, c.organization_id, om.joined_at AS in_organization_since
        FROM chat_members cm
        JOIN chats c ON c.id = cm.chat_id
        JOIN organization_members om ON om.organization_id = c.organization_id AND om.user_id = cm.user_id
        WHERE cm.left_at IS NULL AND c.is_active
        """);
}
