using System.Globalization;
using System.Text;

namespace Connectify.Server.Attachments.Uploads;

/// <summary>The <c>Content-Disposition</c> of a form's part (RFC 7578), read as leniently as clients write it.</summary>
/// <param name="Name">The field, without <c>[]</c>; at least one character.</param>
/// <param name="FileName">As the client meant it, not yet harmless; null where the part names no file.</param>
internal sealed record ContentDisposition(string Name, string? FileName)
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Ascii = Encoding.GetEncoding("us-ascii", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    private static readonly Encoding Latin1 = Encoding.GetEncoding("iso-8859-1", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    /// <returns>null: no <c>form-data</c>, or without a name.</returns>
    public static ContentDisposition? Parse(string header)
    {
        if (!HeaderParameters.Value(header).Equals("form-data", StringComparison.OrdinalIgnoreCase)) return null;
        var parameters = HeaderParameters.Parse(header);
        var name = Extended(parameters.GetValueOrDefault("name*")) ?? parameters.GetValueOrDefault("name") ?? "";
        if (name.EndsWith("[]", StringComparison.Ordinal)) name = name[..^2];
        return name.Length == 0 ? null : new ContentDisposition(name, NameOfFile(parameters));
    }

    // filename* wins (RFC 6266), unless it can't be read.
    private static string? NameOfFile(Dictionary<string, string> parameters)
    {
        var extended = parameters.GetValueOrDefault("filename*");
        if (Extended(extended) is { } readable) return readable;
        if (parameters.GetValueOrDefault("filename") is { } plain) return EncodedWord(plain) ?? PercentDecoded(plain, Utf8) ?? plain;
        if (extended is not null) return extended[(extended.LastIndexOf('\'') + 1)..];

        // RFC 2231's continuations (filename*0=): no client of forms writes them, but the part is a file.
        return parameters.Keys.Any(key => key.StartsWith("filename", StringComparison.OrdinalIgnoreCase)) ? "" : null;
    }

    /// <summary>Reads RFC 8187's <c>utf-8'en'%E2%82%AC</c>; characters left bare are taken as they are.</summary>
    /// <returns>null where it can't be read, or is empty.</returns>
    private static string? Extended(string? text)
    {
        if (text?.Split('\'', 3) is not [var charset, _, var value] || Charset(charset) is not { } encoding) return null;
        return PercentDecoded(value, encoding) is { Length: > 0 } decoded ? decoded : null;
    }

    // RFC 2047's encoded word: .NET's HttpClient writes it where only a plain filename is set.
    private static string? EncodedWord(string text)
    {
        if (text.Split('?') is not ["=", var charset, var form, var encoded, "="] || Charset(charset) is not { } encoding) return null;
        try
        {
            return form.ToUpperInvariant() switch
            {
                "B" => encoding.GetString(Convert.FromBase64String(encoded)),
                "Q" => PercentDecoded(encoded.Replace('_', ' ').Replace('=', '%'), encoding),
                _ => null,
            };
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }

    /// <returns>null where a % is no escape, or the bytes are not of that encoding: then it is no escaped text.</returns>
    private static string? PercentDecoded(string text, Encoding encoding)
    {
        try
        {
            var bytes = new List<byte>(text.Length);
            for (var at = 0; at < text.Length;)
            {
                var escape = text.IndexOf('%', at);
                bytes.AddRange(encoding.GetBytes(text[at..(escape < 0 ? text.Length : escape)]));
                if (escape < 0) break;
                if (escape + 3 > text.Length || !byte.TryParse(text.AsSpan(escape + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) return null;
                bytes.Add(value);
                at = escape + 3;
            }

            return encoding.GetString([.. bytes]);
        }
        catch (ArgumentException)
        {
            // EncoderFallbackException or DecoderFallbackException.
            return null;
        }
    }

    private static Encoding? Charset(string name) => name.Trim().ToUpperInvariant() switch
    {
        "UTF-8" or "UTF8" => Utf8,
        "ISO-8859-1" or "LATIN1" => Latin1,
        "US-ASCII" => Ascii,
        _ => null,
    };
}
