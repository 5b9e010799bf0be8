using Connectify.Migrations;

namespace Connectify.Server.Demo;

/// <summary><c>--demo</c>: fills an empty database with people who have been talking for some days.</summary>
internal sealed class FillDemo(Database database, DemoPeople people, DemoChats chats)
{
    /// <summary>For asking before anything is written. A superuser whom an earlier start created doesn't count as somebody.</summary>
    /// <exception cref="StartupException">The database is not empty.</exception>
    public async Task DemandEmpty(CancellationToken cancellation)
    {
        var isUsed = await database.Exists(
            """
            SELECT id FROM users WHERE NOT is_superuser
            UNION ALL SELECT id FROM chats
            UNION ALL SELECT id FROM organizations WHERE id <> 1
            LIMIT 1
            """,
            null,
            cancellation);
        if (isUsed)
        {
            throw new StartupException(
                "--demo needs an empty database, and in this one there are people, chats or organizations. "
                + "Start without --demo, or with another one: "
                + (database.Target.Engine == DatabaseEngine.Sqlite ? "--DataPath=/path/to/an/empty/folder." : "name it in ConnectionStrings:Postgres."));
        }
    }

    public async Task Run(CancellationToken cancellation)
    {
        var everybody = await people.Arrive(cancellation);
        var now = Timestamp.Now;
        foreach (var script in DemoScript.Chats)
        {
            var said = await chats.Play(script, everybody, cancellation);
            await BackDate(said.ToDictionary(line => line.Key, line => now - TimeSpan.FromHours(line.Value)), cancellation);
        }

        Introduce();
    }

    // The one thing that no use case can do. Within a chat times rise with the ids, as they would have.
    private Task BackDate(Dictionary<long, Timestamp> said, CancellationToken cancellation)
        => database.Write(
            async transaction =>
            {
                foreach (var (id, at) in said)
                {
                    await transaction.Execute(
                        """
                        UPDATE messages SET created_at = @at, updated_at = CASE WHEN is_edited THEN @later ELSE @at END WHERE id = @id;
                        UPDATE reactions SET created_at = @later WHERE message_id = @id
                        """,
                        new { id, at, later = at + TimeSpan.FromMinutes(2) },
                        cancellation);
                }

                var times = new { id = said.Keys.First(), first = said.Values.First(), last = said.Values.Last() };
                return await transaction.Execute(
                    """
                    UPDATE chats SET created_at = @first, updated_at = @last WHERE id = (SELECT chat_id FROM messages WHERE id = @id);
                    UPDATE chat_members SET joined_at = @first WHERE chat_id = (SELECT chat_id FROM messages WHERE id = @id)
                    """,
                    times,
                    cancellation);
            },
            cancellation);

    private static void Introduce()
    {
        Console.WriteLine($"The demo is ready: not for the internet, everybody knows its password. Sign in as one of these with: {DemoPeople.Password}");
        foreach (var person in DemoScript.People)
        {
            Console.WriteLine($"  {person.Username,-8} {person.FirstName} {person.LastName}, {person.Role}");
        }
    }
}
