using System.Globalization;
using System.Text;

namespace Connectify.Server.Attachments.Uploads;

/// <summary>Makes a name that a client gave its file harmless to show and to save under.</summary>
internal static class FileName
{
    /// <summary>In UTF-16 code units, the limit of most file systems.</summary>
    public const int MaxLength = 255;

    private const string Unnamed = "file";
    private const int LongestExtension = 16;

    /// <returns>The base name in NFC without invisible characters, 1 to <see cref="MaxLength"/> long; "file" where nothing is left.</returns>
    public static string Clean(string? given)
    {
        // Both separators whatever the system: the sender's is unknown, and so is the receiver's.
        var name = given is null ? "" : given[(given.LastIndexOfAny(['/', '\\']) + 1)..];
        var text = new StringBuilder();
        foreach (var rune in name.EnumerateRunes().Where(IsHarmless)) text.Append(rune);

        // Macs send "é" as two characters (NFD), other systems as one.
        var clean = text.ToString().Normalize(NormalizationForm.FormC).Trim();
        return clean is "" or "." or ".." ? Unnamed : Shorten(clean);
    }

    // Bidirectional controls make "gpj.exe" read "exe.jpg". Other invisible characters make two different names look the
    // same, and carry text that only programs read.
    private static bool IsHarmless(Rune rune)
        => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            && !IsIgnorable(rune.Value);

    // Unicode's Default_Ignorable_Code_Point, and interlinear annotations. The category Format is another set: it has
    // visible Arabic signs, and lacks the fillers of Hangul.
    private static bool IsIgnorable(int value) => value is 0x00AD or 0x034F or 0x061C or 0x115F or 0x1160 or 0x17B4 or 0x17B5
        or (>= 0x180B and <= 0x180F) or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x206F)
        or 0x3164 or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF or 0xFFA0 or (>= 0xFFF0 and <= 0xFFFB)
        or (>= 0x1BCA0 and <= 0x1BCA3) or (>= 0x1D173 and <= 0x1D17A) or (>= 0xE0000 and <= 0xE0FFF);

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
