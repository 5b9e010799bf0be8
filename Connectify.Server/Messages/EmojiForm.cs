namespace Connectify.Server.Messages;

/// <summary>
/// What makes two emojis the same: keyboards write a heart with or without U+FE0F (variation selector 16, "as a picture"),
/// and people see one heart.
/// </summary>
internal static class EmojiForm
{
    /// <summary>U+FE0F.</summary>
    public const string Selector = "\uFE0F";

    /// <summary>The emoji without its selectors, by which reactions are compared.</summary>
    public static string Bare(string emoji) => emoji.Replace(Selector, "", StringComparison.Ordinal);
}
