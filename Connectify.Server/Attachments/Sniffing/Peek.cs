namespace Connectify.Server.Attachments.Sniffing;

/// <summary>Reads pieces of a file, within a budget: a file built to be read for ever costs no more than another.</summary>
internal sealed class Peek(Stream file, CancellationToken cancellation)
{
    /// <summary>The most bytes that one read gives.</summary>
    public const int MaxRead = 4096;

    private const int MaxReads = 1000;
    private const int MaxZeros = 256 * 1024;

    private ReadOnlyMemory<byte>? _head;
    private int _reads;

    public long Length => file.Length;

    /// <summary>The first <see cref="MaxRead"/> bytes, fewer only where the file is shorter.</summary>
    public async Task<ReadOnlyMemory<byte>> Head() => _head ??= await Read(0, MaxRead);

    /// <returns>Fewer bytes than asked for at the end of the file, none once the budget is spent.</returns>
    public async Task<ReadOnlyMemory<byte>> Read(long at, int length)
    {
        if (at < 0 || at >= Length || ++_reads > MaxReads) return default;
        file.Position = at;
        var bytes = new byte[Math.Min(length, Math.Min(MaxRead, Length - at))];
        return bytes.AsMemory(0, await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation));
    }

    /// <summary>As <see cref="Head"/>, from the first byte that is not zero; empty where it isn't within the first 256 KiB.</summary>
    public async Task<ReadOnlyMemory<byte>> AfterZeros()
    {
        for (long at = 0; at < MaxZeros; at += MaxRead)
        {
            var bytes = await Read(at, MaxRead);
            if (bytes.IsEmpty) break;
            var first = bytes.Span.IndexOfAnyExcept((byte)0);
            if (first >= 0) return await Read(at + first, MaxRead);
        }

        return default;
    }
}
