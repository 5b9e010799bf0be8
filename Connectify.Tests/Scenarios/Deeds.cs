namespace Connectify.Tests.Scenarios;

/// <summary>What is known of something that a client asked for.</summary>
internal enum Known
{
    /// <summary>No answer, an answer that never came, or a failure of the server: it may or may not have happened.</summary>
    Nothing,

    /// <summary>The server said that it is done.</summary>
    Done,

    /// <summary>The server said no, and every try of it was answered.</summary>
    Refused,
}

/// <summary>A message somebody sent. Contents are unique, so that each is found again.</summary>
/// <param name="ChatId">The chat.</param>
/// <param name="Content">The content.</param>
/// <param name="How">How, for people.</param>
/// <param name="IsDual">Whether it went over the socket and over REST at once, as the documented client sends.</param>
internal sealed record Sending(long ChatId, string Content, string How, bool IsDual = false)
{
    public Known Known { get; set; }

    /// <summary>The message's id, where the answer said it.</summary>
    public long? MessageId { get; set; }
}

/// <summary>A change to a message that somebody asked for.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="UserId">Who.</param>
/// <param name="What">Which: <c>edit</c>, <c>delete</c> or <c>react</c>.</param>
/// <param name="Text">The new content, unique, or the emoji.</param>
internal sealed record Changing(long MessageId, long UserId, string What, string Text)
{
    public Known Known { get; set; }
}
