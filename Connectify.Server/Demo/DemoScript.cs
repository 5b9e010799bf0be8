using Connectify.Server.Accounts;

namespace Connectify.Server.Demo;

/// <summary>Somebody of the demo.</summary>
/// <param name="Username">Also what the script calls them.</param>
/// <param name="FirstName">Their first name.</param>
/// <param name="LastName">Their last name.</param>
/// <param name="Role">In the organization.</param>
/// <param name="Bio">What their profile says.</param>
internal sealed record DemoPerson(string Username, string FirstName, string LastName, string Role, string Bio);

/// <summary>Something that somebody says.</summary>
/// <param name="HoursAgo">Before the demo is made.</param>
/// <param name="By">A username.</param>
/// <param name="Text">The content.</param>
internal sealed record DemoLine(double HoursAgo, string By, string Text)
{
    /// <summary>How many lines above is the one that this answers; 0: it answers none.</summary>
    public int Answers { get; init; }

    /// <summary>An emoji and who reacts with it: <c>👍 bo mia</c>.</summary>
    public string[] Reactions { get; init; } = [];

    /// <summary>One of the embedded pictures.</summary>
    public string? Picture { get; init; }

    /// <summary>What it said before it was edited.</summary>
    public string? FirstText { get; init; }
}

/// <summary>A chat of the demo; a conversation where it has no name. Whoever is first starts it.</summary>
/// <param name="Members">Usernames.</param>
/// <param name="Lines">In their order.</param>
internal sealed record DemoChat(string[] Members, DemoLine[] Lines)
{
    public string? Name { get; init; }

    public string Description { get; init; } = "";

    public string? Avatar { get; init; }

    /// <summary>How many of the last lines somebody has not read; everybody else has read all.</summary>
    public Dictionary<string, int> Unread { get; init; } = [];
}

/// <summary>Who is in the demo and what they say.</summary>
internal static class DemoScript
{
    public const string Organization = "Lighthouse Studio";

    public static DemoPerson[] People { get; } =
    [
        new("ada", "Ada", "Lindqvist", Roles.Admin, "Runs the studio. Coffee before ten, please."),
        new("bo", "Bo", "Okafor", Roles.Staff, "Keeps the servers up and the pager quiet."),
        new("mia", "Mia", "Tanaka", Roles.User, "Design. Will redraw your icon."),
        new("noah", "Noah", "Brandt", Roles.User, "Mobile apps, mostly React Native."),
        new("sofia", "Sofia", "Rossi", Roles.User, "Talks to customers so that you don't have to."),
        new("theo", "Theo", "Marsh", Roles.User, "New here."),
    ];

    public static DemoChat[] Chats { get; } =
    [
        new(["sofia", "noah"],
        [
            new(52, "sofia", "A customer on an old Android tablet says sending \"hangs forever\" on the train."),
            new(51.8, "noah", "Tunnel. It waits for the line to come back and sends then. Does she see the little clock next to the message?"),
            new(51.7, "sofia", "She does! She thought it was decoration.") { Reactions = ["😅 noah"] },
            new(50.2, "noah", "Fair. I'll make it say \"waiting for the network\".") { Answers = 1, Reactions = ["❤️ sofia"] },
        ]),
        new(["ada", "mia", "sofia", "theo"],
        [
            new(75, "ada", "Friday: boat trip. The weather looks kind."),
            new(74.6, "mia", "I'm bringing the camera."),
            new(74.5, "sofia", "And I the sandwiches 🥪") { Reactions = ["🎉 ada mia theo"] },
            new(22, "mia", "From last year, so that Theo knows what he is in for:") { Picture = "harbour.jpg", Reactions = ["😍 ada sofia theo", "⛵ ada"] },
            new(21.5, "theo", "That is not what the job ad said. I'm in!") { Answers = 1 },
            new(20.9, "ada", "Meet at the north pier at 16:00.") { FirstText = "Meet at the south pier at 16:00.", Reactions = ["👍 mia sofia theo"] },
        ])
        {
            Name = "Friday harbour", Description = "Boats, sandwiches, no laptops.",
        },
        new(["ada", "bo"],
        [
            new(29, "ada", "How did the restore drill go?"),
            new(28.6, "bo", "Backup to running server in eleven minutes. Nine of them were me looking for the password."),
            new(28.5, "ada", "Please put it where the next person finds it.") { Answers = 1 },
            new(28.4, "bo", "Done. The runbook has a second page now.") { Reactions = ["🙌 ada"] },
            new(3.1, "bo", "Tonight at 22:00 I'd like to move us to PostgreSQL. Two minutes of read-only, then a reload."),
            new(2.9, "ada", "Go ahead. Tell people in Product beforehand."),
        ]),
        new(["ada", "bo", "mia", "noah", "sofia", "theo"],
        [
            new(100, "ada", "Welcome to Product. Plans, questions and half-finished things belong here."),
            new(99.5, "mia", "Half-finished is my specialty."),
            new(99.2, "noah", "Where do bugs go?"),
            new(99.1, "ada", "To the tracker. Here only if somebody is on fire.") { Answers = 1, Reactions = ["🔥 bo"] },
            new(98, "sofia", "Three customers asked for replies with a quote this week. Same question each time: \"which message do you mean?\""),
            new(97.6, "noah", "The server has `reply_to`. The app just doesn't draw it yet."),
            new(97.5, "mia", "I can draw it today."),
            new(95, "mia", "First sketch. A quote is a thin bar on the left; pictures stay in place:") { Picture = "sketch.png", Reactions = ["👍 ada noah sofia", "😍 sofia"] },
            new(94.7, "noah", "Can the bar be the sender's colour?") { Answers = 1 },
            new(94.6, "mia", "It can, and it should.") { Answers = 1, Reactions = ["🎨 noah"] },
            new(93, "bo", "Long quotes: cut after two lines, please. Somebody will paste a log file."),
            new(92.9, "sofia", "Somebody already did."),
            new(76, "noah", "Replies are in the beta. Long-press a message, or swipe it to the right."),
            new(75.5, "ada", "Swiping feels lovely."),
            new(75.4, "bo", "Reconnecting, too: I pulled the plug four times and everything came back in order.") { Reactions = ["🚀 ada mia noah"] },
            new(74, "sofia", "First reaction from the pilot group: \"finally\"."),
            new(50, "ada", "Theo starts today, everybody say hello 👋") { Reactions = ["👋 bo mia noah sofia"] },
            new(49.8, "theo", "Hello everybody! Reading up from the top. Who is on fire?"),
            new(49.7, "noah", "Nobody, since Tuesday.") { Answers = 1, Reactions = ["😂 ada bo mia theo"] },
            new(27, "sofia", "The numbers of week 48. The orange one is with replies in the beta:") { Picture = "signups.webp", Reactions = ["🎉 ada bo mia noah theo"] },
            new(26.8, "ada", "383! That's our best week. Thank you, all of you."),
            new(26.5, "noah", "Correlation is not causation, but I'll take the cake.") { Answers = 2 },
            new(5, "theo", "Found something: a reaction on a deleted message leaves its emoji on the screen until a reload."),
            new(4.8, "noah", "Nice catch on day three. Yours if you want it.") { Answers = 1, Reactions = ["💪 ada theo"] },
            new(2.5, "bo", "Heads-up: tonight at 22:00 we move the database. Two minutes in which you can read but not write."),
            new(2.2, "sofia", "Told the pilot customers.") { Answers = 1, Reactions = ["👍 bo"] },
            new(0.6, "mia", "New empty states are ready for a look. The one for \"no conversations yet\" has a lighthouse."),
            new(0.4, "theo", "Fix for the emoji is up for review, with a test that fails without it."),
        ])
        {
            Name = "Product", Description = "Plans, questions and half-finished things.", Avatar = "lighthouse.png",
            Unread = new() { ["ada"] = 3, ["noah"] = 1, ["sofia"] = 2 },
        },
        new(["mia", "ada"],
        [
            new(1.5, "mia", "Do you have ten minutes for the empty states before lunch?"),
            new(1.4, "ada", "After eleven, yes."),
            new(0.3, "mia", "Here is the lighthouse one, so that you have seen it:") { Picture = "lighthouse.png" },
            new(0.2, "mia", "Too much?"),
        ])
        {
            Unread = new() { ["ada"] = 2 },
        },
    ];
}
