using System.Net.Http.Headers;
using System.Text;

namespace Connectify.Tests.Support;

/// <summary>A multipart body: <c>new Form().With("name", "Team").WithFile("avatar", "a.png", "image/png", bytes)</c>.</summary>
public sealed class Form : MultipartFormDataContent
{
    /// <summary>A text part; lists are repeated parts of one name.</summary>
    public Form With(string name, params object[] values)
    {
        foreach (var value in values) Add(new StringContent(FormattableString.Invariant($"{value}"), Encoding.UTF8), name);
        return this;
    }

    /// <summary>A file part.</summary>
    public Form WithFile(string name, string fileName, string contentType, byte[] content)
    {
        var part = new ByteArrayContent(content);
        part.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        Add(part, name, fileName);
        return this;
    }
}
