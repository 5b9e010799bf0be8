using Connectify.Migrations.Engines;
using FluentMigrator;

namespace Connectify.Migrations.Steps;

/// <summary>Counts of old messages per block, so that a long unread backlog need not be counted row by row.</summary>
[Migration(2026112304, "20261123_04_message_tallies")]
public sealed class MessageTallies : ForwardOnlyMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        // How many of the chat's message_count are in blocks. First: it waits for transactions that write chats, and
        // later statements on chats queue behind it.
        Create.Column("tallied_count").OnTable("chats").AsInt64().NotNullable().WithDefaultValue(0);

        // A block of consecutive messages of a chat, [first_id, last_id]: how many of them are not deleted, of all
        // senders (sender_id 0) and of each of them.
        Create.Table("message_tallies")
            .Number("chat_id").PrimaryKey("pk_message_tallies").ForeignKey("fk_message_tallies_chat", "chats", "id")
            .Number("sender_id").PrimaryKey("pk_message_tallies")
            .Number("first_id").PrimaryKey("pk_message_tallies")
            .Number("last_id")
            .Number("live")
            .Constraint("ck_message_tallies", "CHECK (first_id <= last_id AND live >= 0)");
    }
}
