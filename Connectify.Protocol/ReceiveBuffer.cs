using System.Buffers;

namespace Connectify.Protocol;

/// <summary>Bytes received and not yet taken. Holds memory only while there are any, as much as has arrived.</summary>
internal sealed class ReceiveBuffer(int firstBytes)
{
    private byte[]? _bytes;
    private int _start;
    private int _end;

    public bool IsEmpty => _start == _end;

    public Memory<byte> Memory => _bytes.AsMemory(_start, _end - _start);

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Copies bytes in; what was taken before is valid no longer.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_bytes is null || _bytes.Length - _end < bytes.Length) MakeRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Drops bytes.</summary>
    /// <returns>How many; fewer when there are no more.</returns>
    public long Skip(long count)
    {
        var skipped = (int)Math.Min(count, _end - _start);
        _start += skipped;
        return skipped;
    }

    /// <summary>Takes bytes out, which stay valid until there is more.</summary>
    /// <param name="offset">How many are dropped first.</param>
    /// <param name="count">How many are taken.</param>
    public Memory<byte> Take(int offset, int count)
    {
        var taken = Memory.Slice(offset, count);
        _start += offset + count;
        return taken;
    }

    /// <summary>Forgets everything and gives the memory back.</summary>
    public void Release()
    {
        if (_bytes is not null) ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _start, _end) = (null, 0, 0);
    }

    private void MakeRoom(int count)
    {
        var length = _end - _start;
        var larger = _bytes is null || length + count > _bytes.Length
            ? ArrayPool<byte>.Shared.Rent(Math.Max(firstBytes, Math.Max(2 * length, length + count)))
            : _bytes;
        Bytes.CopyTo(larger);
        if (_bytes is not null && larger != _bytes) ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _start, _end) = (larger, 0, length);
    }
}
