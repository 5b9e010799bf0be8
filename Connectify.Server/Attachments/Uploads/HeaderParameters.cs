namespace Connectify.Server.Attachments.Uploads;

/// <summary>
/// Parses header fields of the form <c>value; name=value; name="value"</c> as phones and browsers write them.
/// RFC 9110's grammar is narrower: React Native leaves <c>( ) , =</c> bare, browsers leave backslashes unescaped.
/// </summary>
internal static class HeaderParameters
{
    /// <returns>The text before the first semicolon, trimmed.</returns>
    public static string Value(string header) => header.Split(';', 2)[0].Trim();

    /// <summary>Never fails: a parameter that can't be read is skipped.</summary>
    /// <returns>The parameters; names ignore case, and of two with one name the first counts.</returns>
    public static Dictionary<string, string> Parse(string header)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var start = header.IndexOf(';', StringComparison.Ordinal);
        var rest = start < 0 ? default : header.AsSpan(start);
        while ((rest = rest.TrimStart("; \t")).Length > 0)
        {
            var end = rest.IndexOfAny(';', '=');
            if (end < 0) break;
            if (rest[end] == '=')
            {
                var name = rest[..end].Trim().ToString();
                var value = rest[(end + 1)..].TrimStart();
                end = rest.Length - value.Length;
                end += value.StartsWith('"') && TryQuoted(value, out var text) is var length and > 0
                    ? length
                    : Bare(value, canHoldSemicolons: name.StartsWith("filename", StringComparison.OrdinalIgnoreCase), out text);
                parameters.TryAdd(name, text);
            }

            rest = rest[end..];
        }

        return parameters;
    }

    // A quote ends the value only where the parameter can end: some clients leave quotes inside a name unescaped.
    // The second try ignores escapes: browsers write a name that ends in a backslash as "name\".
    private static int TryQuoted(ReadOnlySpan<char> value, out string text)
    {
        text = "";
        foreach (var honoursEscapes in (ReadOnlySpan<bool>)[true, false])
        {
            for (var i = 1; i < value.Length; i++)
            {
                if (honoursEscapes && IsEscape(value[i..])) i++;
                else if (value[i] == '"' && value[(i + 1)..].TrimStart() is [] or [';', ..])
                {
                    text = honoursEscapes ? Unescaped(value[1..i]) : value[1..i].ToString();
                    return i + 1;
                }
            }
        }

        return 0;
    }

    // Other backslashes stand for themselves, as in the paths that Internet Explorer sends.
    private static bool IsEscape(ReadOnlySpan<char> text) => text is ['\\', '"' or '\\', ..];

    private static string Unescaped(ReadOnlySpan<char> quoted)
    {
        Span<char> text = new char[quoted.Length];
        var length = 0;
        for (var i = 0; i < quoted.Length; i++)
        {
            if (IsEscape(quoted[i..])) i++;
            text[length++] = quoted[i];
        }

        return text[..length].ToString();
    }

    private static int Bare(ReadOnlySpan<char> value, bool canHoldSemicolons, out string text)
    {
        var end = value.IndexOf(';');
        while (canHoldSemicolons && end >= 0 && IsPartOfName(value[(end + 1)..]))
        {
            var next = value[(end + 1)..].IndexOf(';');
            end = next < 0 ? -1 : end + 1 + next;
        }

        if (end < 0) end = value.Length;
        var bare = value[..end].Trim();
        text = (bare is ['\'', .. var inner, '\''] ? inner : bare.TrimStart('"')).ToString();
        return end;
    }

    // React Native's encodeURI leaves ";" bare. A separator is followed by white space or by "name=".
    private static bool IsPartOfName(ReadOnlySpan<char> following)
        => following.Length > 0 && !char.IsWhiteSpace(following[0]) && following.IndexOfAny(';', '=') is var at && (at < 0 || following[at] == ';') && at != 0;
}
