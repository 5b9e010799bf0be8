using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Connectify.Migrations.Steps;

/// <summary>Counts of old messages, so that what somebody has not read for long need not be counted one by one.</summary>
[DbContext(typeof(SchemaContext))]
[Migration("20261123_04_message_tallies")]
internal sealed class MessageTallies : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        // How many of the chat's message_count are in blocks. First: it waits for whoever is writing to chats, while nobody
        // waits for what comes after it.
        migration.AddColumn<long>("tallied_count", "chats", nullable: false, defaultValue: 0L);

        // A block of messages that follow each other in a chat, [first_id, last_id]: how many of them are not deleted, of all
        // senders (sender_id 0) and of each of them.
        migration.CreateTable(
            "message_tallies",
            columns => new
            {
                chat_id = columns.Column<long>(nullable: false),
                sender_id = columns.Column<long>(nullable: false),
                first_id = columns.Column<long>(nullable: false),
                last_id = columns.Column<long>(nullable: false),
                live = columns.Column<long>(nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("pk_message_tallies", row => new { row.chat_id, row.sender_id, row.first_id });
                table.ForeignKey("fk_message_tallies_chat", row => row.chat_id, "chats", "id");
                table.CheckConstraint("ck_message_tallies", "first_id <= last_id AND live >= 0");
            });
    }
}
