using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Connectify.Benchmarks.Load;

/// <summary>A keep-alive HTTP/1.1 connection with one request at a time; of an answer only its status is read.</summary>
internal sealed class HttpPeer(Socket socket) : Peer(socket)
{
    private long _answeredAt;

    public bool IsIdle { get; private set; } = true;

    /// <summary>The first line of the last answer; null before the first.</summary>
    public string? Status { get; private set; }

    public long SentAt { get; private set; }

    public byte[] Begin(byte[] request, long now)
    {
        (IsIdle, SentAt) = (false, now);
        return request;
    }

    /// <summary>Counts the last request's time.</summary>
    public bool AddTo(Histogram latency)
    {
        latency.Add(_answeredAt - SentAt);
        return true;
    }

    public override int Take(Span<byte> data, long now)
    {
        var headers = data.IndexOf("\r\n\r\n"u8);
        if (headers < 0) return 0;
        var length = BodyLength(data[..headers], data[(headers + 4)..]);
        if (length < 0 || data.Length < headers + 4 + length) return 0;

        // Kept without allocating for the status that is expected.
        if (data.StartsWith("HTTP/1.1 201 "u8)) Status = "HTTP/1.1 201";
        else Status = Encoding.UTF8.GetString(data);
        (IsIdle, _answeredAt) = (true, now);
        return headers + 4 + length;
    }

    /// <returns>-1 while a chunked body is not whole.</returns>
    private static int BodyLength(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> body)
    {
        var name = "Content-Length: "u8;
        var at = headers.IndexOf(name);
        if (at >= 0)
        {
            var value = headers[(at + name.Length)..];
            var end = value.IndexOf((byte)'\r');
            return int.Parse(end < 0 ? value : value[..end], CultureInfo.InvariantCulture);
        }

        var last = "0\r\n\r\n"u8;
        return body.EndsWith(last) ? body.Length : -1;
    }
}
