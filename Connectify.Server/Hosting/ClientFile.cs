using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Connectify.Server.Hosting;

/// <summary>A file of the browser client in memory, with its compressed forms.</summary>
internal sealed class ClientFile
{
    private const string Brotli = "br";
    private const string Gzip = "gzip";

    // 11 is a few per cent smaller and takes 20 times as long.
    private const int BrotliQuality = 9;

    private static readonly FileExtensionContentTypeProvider Types = new();

    private readonly byte[] _content;
    private readonly string _hash;
    private readonly Lazy<byte[]> _brotli;
    private readonly Lazy<byte[]> _gzip;

    /// <param name="path">Where it is under <c>wwwroot</c>; its extension tells its type.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="version">The <c>v</c> of the addresses that name this content for ever.</param>
    public ClientFile(string path, byte[] content, string version)
    {
        _content = content;
        Version = version;
        _hash = Convert.ToHexStringLower(SHA256.HashData(content))[..16];
        ContentType = Types.TryGetContentType(path, out var type) ? type : "application/octet-stream";
        IsText = ContentType.StartsWith("text/", StringComparison.Ordinal) || ContentType is "image/svg+xml" or "application/manifest+json";
        if (ContentType.StartsWith("text/", StringComparison.Ordinal)) ContentType += "; charset=utf-8";
        _brotli = new(() => Compress(stream => new BrotliStream(stream, new BrotliCompressionOptions { Quality = BrotliQuality })));
        _gzip = new(() => Compress(stream => new GZipStream(stream, CompressionLevel.SmallestSize)));
    }

    public string Version { get; }

    public string ContentType { get; }

    /// <summary>Whether it is worth compressing.</summary>
    public bool IsText { get; }

    /// <summary>The content in the best encoding that the client accepts; a null encoding: as it is.</summary>
    public (byte[] Content, string? Encoding) For(HttpRequest request)
    {
        var accepted = IsText ? request.GetTypedHeaders().AcceptEncoding : [];
        if (Accepts(accepted, Brotli)) return (_brotli.Value, Brotli);
        return Accepts(accepted, Gzip) ? (_gzip.Value, Gzip) : (_content, null);
    }

    /// <summary>The entity tag of the content in an encoding: each has its own.</summary>
    public EntityTagHeaderValue Tag(string? encoding) => new(encoding is null ? $"\"{_hash}\"" : $"\"{_hash}-{encoding}\"");

    private static bool Accepts(IList<StringWithQualityHeaderValue> accepted, string encoding)
        => accepted.Any(one => one.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && one.Quality is null or > 0);

    private byte[] Compress(Func<Stream, Stream> into)
    {
        using var compressed = new MemoryStream();
        using (var stream = into(compressed)) stream.Write(_content);
        return compressed.ToArray();
    }
}
