using System.Buffers;
using System.Text;

namespace Connectify.Server.Http;

/// <summary>
/// Absolute URLs inside message objects. Each client is given its own base, the one it reached the
/// server by: a sender's <c>Host</c> header must not decide where the others' pictures come from.
/// Events carry <see cref="Placeholder"/> until the receiver is known.
/// </summary>
internal static class PublicUrls
{
    /// <summary>Stands for the base in JSON that is not yet addressed to anybody.</summary>
    public const string Placeholder = "\u0001";

    // Inside a JSON string a quote is always escaped, so these bytes can only be a "url" or "avatar" property of ours.
    private static readonly byte[][] Marks = ["\"url\":\"\\u0001"u8.ToArray(), "\"avatar\":\"\\u0001"u8.ToArray()];

    /// <summary>Where the client reached the server, with the sub path: <c>https://chat.example.com/chat</c>.</summary>
    public static string Base(HttpRequest request) => $"{request.Scheme}://{request.Host}{request.PathBase.ToUriComponent()}";

    /// <summary>The path of a resource for the header <c>Location</c>, with the sub path.</summary>
    public static string Location(HttpRequest request, string path) => request.PathBase.ToUriComponent() + path;

    /// <summary>Whether <paramref name="json"/> waits for a base.</summary>
    public static bool NeedsBase(ReadOnlySpan<byte> json)
    {
        foreach (var mark in Marks)
        {
            if (json.IndexOf(mark) >= 0) return true;
        }

        return false;
    }

    /// <summary>Puts <paramref name="address"/> where the placeholder stands.</summary>
    public static byte[] WithBase(ReadOnlySpan<byte> json, string address)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + 256);
        var utf8 = Encoding.UTF8.GetBytes(address);
        const int EscapedPlaceholder = 6;
        while (Next(json) is { } end)
        {
            output.Write(json[..(end - EscapedPlaceholder)]);
            output.Write(utf8);
            json = json[end..];
        }

        output.Write(json);
        return output.WrittenSpan.ToArray();
    }

    private static int? Next(ReadOnlySpan<byte> json)
    {
        int? first = null;
        foreach (var mark in Marks)
        {
            var at = json.IndexOf(mark);
            if (at >= 0 && (first is null || at + mark.Length < first)) first = at + mark.Length;
        }

        return first;
    }
}
