using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Connectify.Protocol;

/// <summary>Validates UTF-8 that arrives in pieces. It fails with the first byte after which no further byte could make the text valid.</summary>
internal struct Utf8Validator
{
    private const int LongestSequence = 4;

    // The first bytes of a sequence that the next piece has to continue: at most three.
    private uint _unfinished;
    private int _unfinishedLength;

    /// <summary>Whether the text may end here: no sequence is unfinished.</summary>
    public readonly bool IsComplete => _unfinishedLength == 0;

    /// <returns>false: the text can't become valid any more.</returns>
    public bool TryAdd(ReadOnlySpan<byte> piece)
    {
        if (!IsComplete && !TryContinue(ref piece)) return false;
        var tail = UnfinishedLength(piece);
        if (!Utf8.IsValid(piece[..^tail])) return false;
        if (tail > 0) Keep(piece[^tail..]);
        return true;
    }

    private bool TryContinue(ref ReadOnlySpan<byte> piece)
    {
        Span<byte> sequence = stackalloc byte[LongestSequence];
        BinaryPrimitives.WriteUInt32LittleEndian(sequence, _unfinished);
        var added = Math.Min(LongestSequence - _unfinishedLength, piece.Length);
        piece[..added].CopyTo(sequence[_unfinishedLength..]);
        sequence = sequence[..(_unfinishedLength + added)];
        var status = Rune.DecodeFromUtf8(sequence, out _, out var length);
        if (status == OperationStatus.NeedMoreData)
        {
            // Fewer than four bytes in all, so the piece has been used up.
            Keep(sequence);
            piece = default;
            return true;
        }

        if (status == OperationStatus.Done) piece = piece[(length - _unfinishedLength)..];
        _unfinishedLength = 0;
        return status == OperationStatus.Done;
    }

    private void Keep(ReadOnlySpan<byte> unfinished)
    {
        Span<byte> bytes = stackalloc byte[LongestSequence];
        bytes.Clear();
        unfinished.CopyTo(bytes);
        (_unfinished, _unfinishedLength) = (BinaryPrimitives.ReadUInt32LittleEndian(bytes), unfinished.Length);
    }

    // Of the last sequence, where more bytes may make it valid; 0 where it is whole, or wrong already.
    private static int UnfinishedLength(ReadOnlySpan<byte> piece)
    {
        for (var length = 1; length < LongestSequence && length <= piece.Length; length++)
        {
            var isContinuation = (piece[^length] & 0xC0) == 0x80;
            if (isContinuation) continue;
            return Rune.DecodeFromUtf8(piece[^length..], out _, out _) == OperationStatus.NeedMoreData ? length : 0;
        }

        return 0;
    }
}
