using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;
using Microsoft.Extensions.Primitives;
using HttpMethod = Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpMethod;

namespace Connectify.Protocol;

/// <summary>
/// A first request over HTTP/1.1 that clearly asks for a socket: complete, without a body, its path and host
/// beyond any doubt of encoding. Everything else is HTTP's to judge.
/// </summary>
internal sealed class UpgradeRequest : IHttpRequestLineHandler, IHttpHeadersHandler
{
    private static readonly HttpParser<UpgradeRequest> Parser = new();
    private static readonly SearchValues<byte> PlainPath = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/"u8);
    private static readonly SearchValues<byte> PlainHost = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:[]"u8);
    private static readonly SearchValues<byte> Printable = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (byte)code)]);

    // Far below where Kestrel refuses: what is longer, it is to judge.
    private const int MaxBytes = 8 * 1024;
    private const int MaxHeaders = 50;

    private bool _isDoubtful;

    private UpgradeRequest()
    {
    }

    /// <summary>The request, as middleware knows it.</summary>
    public HttpRequestFeature Feature { get; } = new() { Protocol = HttpProtocol.Http11, Scheme = "http", Body = Stream.Null };

    /// <summary>Where its head ends.</summary>
    public SequencePosition End { get; private set; }

    /// <returns>null: it isn't one, or not clearly.</returns>
    public static UpgradeRequest? Read(ReadOnlySequence<byte> received, string[] paths)
    {
        var request = new UpgradeRequest();
        var reader = new SequenceReader<byte>(received);
        try
        {
            if (!Parser.ParseRequestLine(request, ref reader) || request._isDoubtful) return null;
            if (!paths.Any(path => request.Feature.Path.StartsWith(path, StringComparison.Ordinal))) return null;
            if (!Parser.ParseHeaders(request, ref reader)) return null;
        }
        catch (BadHttpRequestException)
        {
            return null;
        }

        request.End = reader.Position;
        return reader.Consumed <= MaxBytes && request.IsClear() ? request : null;
    }

    public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
    {
        var target = startLine[targetPath.Offset..];
        var path = target[..targetPath.Length];
        target = target[..(target.LastIndexOf((byte)' ') is >= 0 and var end ? end : target.Length)];
        _isDoubtful = versionAndMethod is not { Method: HttpMethod.Get, Version: HttpVersion.Http11 }
            || targetPath.IsEncoded
            || path.IndexOfAnyExcept(PlainPath) >= 0
            || target.IndexOfAnyExcept(Printable) >= 0;
        if (_isDoubtful) return;
        Feature.Method = HttpMethods.Get;
        Feature.Path = Encoding.ASCII.GetString(path);
        Feature.RawTarget = Encoding.ASCII.GetString(target);
        Feature.QueryString = Feature.RawTarget[path.Length..];
    }

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IndexOfAnyExcept(Printable) >= 0 || value.IndexOfAnyExcept(Printable) >= 0)
        {
            _isDoubtful = true;
            return;
        }

        var key = Encoding.ASCII.GetString(name);
        Feature.Headers[key] = StringValues.Concat(Feature.Headers[key], Encoding.ASCII.GetString(value));
    }

    public void OnHeadersComplete(bool endStream)
    {
        // What they are is looked at together.
    }

    public void OnStaticIndexedHeader(int index) => throw new NotSupportedException("That is HTTP/3's.");

    public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException("That is HTTP/3's.");

    private bool IsClear()
    {
        var headers = Feature.Headers;
        return !_isDoubtful
            && headers.Count <= MaxHeaders
            && headers.ContentLength is null
            && headers.TransferEncoding.Count == 0
            && headers.Host is [{ Length: > 0 } host]
            && Encoding.ASCII.GetBytes(host).AsSpan().IndexOfAnyExcept(PlainHost) < 0;
    }
}
