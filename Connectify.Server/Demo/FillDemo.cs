using Connectify.Migrations;

namespace Connectify.Server.Demo;

/// <summary><c>--demo</c>: fills an empty database with users and some days of messages. A filled one is used as it is.</summary>
internal sealed class FillDemo(Database database, DemoPeople people, DemoChats chats)
{
    private bool _isFilled;

    /// <summary>Checks the database before anything is written. It may hold a superuser, or the whole demo.</summary>
    /// <exception cref="StartupException">The database holds other users, chats or organizations, or half a demo.</exception>
    public async Task DemandEmpty(CancellationToken cancellation)
    {
        var found = await database.FirstOrDefault<Found>(
            """
            SELECT
                (SELECT count(*) FROM users WHERE NOT is_superuser) AS users,
                (SELECT count(*) FROM users WHERE username_key = ANY(@usernames)) AS demo_users,
                (SELECT count(*) FROM chats) AS chats,
                (SELECT count(*) FROM organizations WHERE id <> @OrganizationId) AS organizations
            """,
            new { usernames = DemoScript.People.Select(person => person.Username).ToArray(), DemoPeople.OrganizationId },
            cancellation);
        _isFilled = found!.DemoUsers == DemoScript.People.Length && found.Chats >= DemoScript.Chats.Length;
        if (_isFilled || found is { Users: 0, Chats: 0, Organizations: 0 }) return;
        throw new StartupException(
            "--demo needs an empty database, and this one has users, chats or organizations. "
            + "Start without --demo, or with another one: "
            + (database.Target.Engine == DatabaseEngine.Sqlite ? "--DataPath=/path/to/an/empty/folder." : "name it in ConnectionStrings:Postgres."));
    }

    public async Task Run(CancellationToken cancellation)
    {
        if (!_isFilled) await Fill(cancellation);
        Introduce();
    }

    private async Task Fill(CancellationToken cancellation)
    {
        var users = await people.Arrive(cancellation);
        var now = Timestamp.Now;
        foreach (var script in DemoScript.Chats)
        {
            var sent = await chats.Play(script, users, cancellation);
            await BackDate(sent.ToDictionary(line => line.Key, line => now - TimeSpan.FromHours(line.Value)), cancellation);
        }
    }

    // No use case can set times. Within a chat they rise with the ids.
    private Task BackDate(Dictionary<long, Timestamp> sent, CancellationToken cancellation)
        => database.Write(
            async transaction =>
            {
                foreach (var (id, at) in sent)
                {
                    await transaction.Execute(
                        """
                        UPDATE messages SET created_at = @at, updated_at = CASE WHEN is_edited THEN @later ELSE @at END WHERE id = @id;
                        UPDATE reactions SET created_at = @later WHERE message_id = @id
                        """,
                        new { id, at, later = at + TimeSpan.FromMinutes(2) },
                        cancellation);
                }

                var times = new { id = sent.Keys.First(), first = sent.Values.First(), last = sent.Values.Last() };
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
        Console.WriteLine($"The demo is ready. Sign in as one of these users with the password: {DemoPeople.Password}");
        Console.WriteLine("Don't expose it to the internet: the password is public.");
        foreach (var person in DemoScript.People)
        {
            Console.WriteLine($"  {person.Username,-8} {person.FirstName} {person.LastName}, {person.Role}");
        }
    }

    private sealed record Found
    {
        public long Users { get; init; }

        public long DemoUsers { get; init; }

        public long Chats { get; init; }

        public long Organizations { get; init; }
    }
}
