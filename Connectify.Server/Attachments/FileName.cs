using System.Globalization;
using System.Text;

namespace Connectify.Server.Attachments;

/// <summary>Makes a name that a client gave its file harmless to show and to save under.</summary>
internal static class FileName
{
    /// <summary>In UTF-16 code units, the limit of most file systems.</summary>
    public const int MaxLength = 255;

    private const string Unnamed = "file";
    private const int LongestExtension = 16;

    /// <returns>The base name without control characters, 1 to <see cref="MaxLength"/> long; "file" where nothing is left.</returns>
    public static string Clean(string? given)
    {
        // Both separators whatever the system: the sender's is unknown, and so is the receiver's.
        var name = given is null ? "" : given[(given.LastIndexOfAny(['/', '\\']) + 1)..];
        var text = new StringBuilder();
        foreach (var rune in name.EnumerateRunes().Where(IsHarmless)) text.Append(rune);
        var clean = text.ToString().Trim();
        return clean is "" or "." or ".." ? Unnamed : Shorten(clean);
    }

    // Bidirectional controls make "gpj.exe" read "exe.jpg".
    private static bool IsHarmless(Rune rune)
        => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            && rune.Value is not (0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFEFF);

    private static string Shorten(string name)
    {
        if (name.Length <= MaxLength) return name;
        var extension = Path.GetExtension(name);
        if (extension.Length > LongestExtension) extension = "";
        var length = MaxLength - extension.Length;
        if (char.IsHighSurrogate(name[length - 1])) length--;
        return name[..length] + extension;
    }
}
