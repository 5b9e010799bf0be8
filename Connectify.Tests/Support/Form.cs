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

    /// <summary>As React Native 0.74 to 0.76 writes it: .NET's own parser refuses these parameters.</summary>
    public static ByteArrayContent OfReactNative(string field, string fileName, byte[] content, params (string Name, object Value)[] texts)
    {
        var text = string.Concat(texts.Select(part => $"--b\r\ncontent-disposition: form-data; name=\"{part.Name}\"\r\n\r\n{part.Value}\r\n"));
        var file = $"--b\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{fileName}\"; "
            + $"filename*=utf-8''{fileName.Replace(" ", "%20", StringComparison.Ordinal)}\r\ncontent-type: image/jpeg\r\n\r\n";
        var body = new ByteArrayContent([.. Encoding.UTF8.GetBytes(text + file), .. content, .. "\r\n--b--\r\n"u8]);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        return body;
    }
}
