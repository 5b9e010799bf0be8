namespace Connectify.Server.Messages;

/// <summary>A reaction as the documents' API returns it.</summary>
internal sealed record ReactionView
{
    public long Id { get; init; }

    public long MessageId { get; init; }

    public long UserId { get; init; }

    public string Username { get; init; } = "";

    public string Emoji { get; init; } = "";

    public Timestamp CreatedAt { get; init; }
}
