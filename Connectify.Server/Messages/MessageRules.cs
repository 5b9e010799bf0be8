using System.Text;
using Connectify.Server.Hosting;

namespace Connectify.Server.Messages;

/// <summary>What a message, an emoji and a client's own id may be. Pure: no clock, no database.</summary>
internal static class MessageRules
{
    public const int MaxClientMessageId = 64;
    public const int MaxReactionsEach = 20;
    private const int MaxEmojiCharacters = 32;

    /// <returns>null when the draft is valid.</returns>
    public static Rejection? WhyNot(Draft draft, MessagingSettings settings)
        => WhyNotContent(draft.Content, draft.Files.Count > 0, settings) ?? WhyNotClientMessageId(draft.ClientMessageId);

    /// <returns>null when <paramref name="content"/> can be stored exactly as it is.</returns>
    public static Rejection? WhyNotContent(string content, bool hasFiles, MessagingSettings settings)
    {
        if (content.Contains('\0', StringComparison.Ordinal)) return Rejection.Field("content", "invalid_content", "Content must not contain NUL");
        if (content.Length > settings.MaxContentLength)
        {
            return Rejection.Field("content", "content_too_long", $"Content must be at most {settings.MaxContentLength} characters");
        }

        return hasFiles || !string.IsNullOrWhiteSpace(content)
            ? null
            : Rejection.Field("content", "empty_message", "A message needs content or an attachment");
    }

    /// <returns>null for 1 to 32 characters (Unicode code points) without white space and control characters.</returns>
    public static Rejection? WhyNotEmoji(string emoji)
    {
        var characters = emoji.EnumerateRunes().ToList();
        return characters.Count is >= 1 and <= MaxEmojiCharacters && !characters.Exists(rune => Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            ? null
            : Rejection.Field("emoji", "invalid_emoji", $"An emoji has 1 to {MaxEmojiCharacters} characters, none of them white space");
    }

    /// <returns>null for 1 to 64 characters, or none at all.</returns>
    public static Rejection? WhyNotClientMessageId(string? id)
        => id is null || (id.Length is >= 1 and <= MaxClientMessageId && !id.Contains('\0', StringComparison.Ordinal))
            ? null
            : Rejection.Field("client_message_id", "invalid_client_message_id", $"A client_message_id has 1 to {MaxClientMessageId} characters");
}
