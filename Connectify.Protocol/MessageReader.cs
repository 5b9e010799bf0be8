using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Connectify.Protocol;

/// <summary>One message from a client.</summary>
/// <param name="Message">Its bytes, valid until the reader is used again.</param>
/// <param name="Violation">The close code it deserves instead, or null.</param>
internal readonly record struct ReceivedMessage(ReadOnlyMemory<byte> Message, int? Violation);

/// <summary>
/// Reads WebSocket text messages (RFC 6455, section 5). Between messages it holds no buffer. After a violation it reads
/// and discards everything up to the client's close frame or its end: unread bytes would reset the connection, and the
/// client would lose the close frame with the reason.
/// </summary>
/// <param name="input">What arrives.</param>
/// <param name="maxBytes">
/// The longest message; a longer one is a violation (1009). Null: messages, whatever they hold, are one stream of bytes, and
/// come out in pieces as they arrive.
/// </param>
/// <param name="answer">Takes pongs, complete frames.</param>
/// <param name="charge">
/// Told of frames that are no messages (pings, pongs, tiny fragments), some at a time, so that nobody sends them for nothing;
/// reading goes on when it completes.
/// </param>
internal sealed class MessageReader(PipeReader input, int? maxBytes, Action<ReadOnlyMemory<byte>> answer, Func<int, Task>? charge = null)
{
    // Frames that are charged together.
    private const int FramesPerCharge = 64;

    // Bytes. A message in fragments shorter than this costs more to read than it brings.
    private const int TinyFragment = 1024;

    private const int FirstBufferBytes = 4096;

    // More may have gathered; it is taken in turns, so that no client makes the buffer grow with it.
    private const int MostBytesAtOnce = 16 * 1024;

    private readonly ReceiveBuffer _received = new(FirstBufferBytes);
    private readonly ReceiveBuffer _fragments = new(FirstBufferBytes);
    private long _lastHeard = Environment.TickCount64;

    // The frame under way: how many bytes of its payload are still to come, and the mask for the next one.
    private long _left;
    private uint _mask;
    private bool _isLastFrame;
    private bool _isInMessage;
    private bool _hasFailed;
    private int _uncharged;
    private Utf8Validator _text;

    private enum Step
    {
        NeedsBytes,
        Consumed,
        Message,
        Closed,
    }

    /// <summary>When bytes last arrived, in <see cref="Environment.TickCount64"/>'s milliseconds.</summary>
    public long LastHeard => Volatile.Read(ref _lastHeard);

    /// <returns>The next message, or the one violation; null when the client has closed, or is gone.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReceivedMessage?> Next()
    {
        if (!_isInMessage) _fragments.Release();
        while (true)
        {
            var step = Take(out var message);
            if (step == Step.Message) return message;
            if (_uncharged >= FramesPerCharge) await Charge();
            if (step == Step.Closed || (step == Step.NeedsBytes && !await Receive())) return null;
        }
    }

    private Task Charge()
    {
        var frames = _uncharged;
        _uncharged = 0;
        return charge?.Invoke(frames) ?? Task.CompletedTask;
    }

    /// <summary>Ends the reading, also one under way: <see cref="Next"/> returns null.</summary>
    public void Stop() => input.CancelPendingRead();

    /// <summary>Gives all buffers back; the last message is valid no longer.</summary>
    public void Release()
    {
        _received.Release();
        _fragments.Release();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> Receive()
    {
        if (_received.IsEmpty) _received.Release();
        var result = await input.ReadAsync();
        var read = result.Buffer;
        var taken = read.Slice(0, Math.Min(read.Length, MostBytesAtOnce));
        foreach (var bytes in taken) _received.Add(bytes.Span);
        input.AdvanceTo(taken.End);
        Volatile.Write(ref _lastHeard, Environment.TickCount64);
        return !taken.IsEmpty && !result.IsCanceled;
    }

    private Step Take(out ReceivedMessage message)
    {
        message = default;
        if (_left > 0) return _received.IsEmpty ? Step.NeedsBytes : TakePayload(out message);
        if (!FrameHeader.TryRead(_received.Bytes, out var header)) return Step.NeedsBytes;
        if (_hasFailed) return Skip(header);
        if (WhyNot(header) is { } violation) return Fail(violation, out message);
        if (header.IsControl) return TakeControl(header, out message);
        if (header.Length < TinyFragment && (!header.IsFinal || header.Length == 0)) _uncharged++;
        if (!_isInMessage) _text = default;
        _received.Skip(header.Size);
        (_left, _mask, _isLastFrame, _isInMessage) = (header.Length, header.Mask, header.IsFinal, true);
        return header.Length > 0 && _received.IsEmpty ? Step.NeedsBytes : TakePayload(out message);
    }

    private int? WhyNot(FrameHeader header)
    {
        if (!header.IsAllowed) return CloseCodes.ProtocolError;
        if (header.IsControl) return null;
        if (header.Opcode == FrameHeader.Continuation != _isInMessage) return CloseCodes.ProtocolError;
        if (header.Opcode == FrameHeader.Binary) return CloseCodes.UnsupportedData;
        return header.Length > maxBytes - _fragments.Bytes.Length ? CloseCodes.TooBig : null;
    }

    // Takes as much of the payload as has arrived.
    private Step TakePayload(out ReceivedMessage message)
    {
        message = default;
        var piece = _received.Take(0, (int)Math.Min(_left, _received.Bytes.Length));
        _left -= piece.Length;
        if (_hasFailed) return Step.Consumed;
        _mask = Masking.Apply(piece.Span, _mask);
        var isEnd = _left == 0 && _isLastFrame;
        if (!_text.TryAdd(piece.Span) || (isEnd && !_text.IsComplete)) return Fail(CloseCodes.InvalidText, out message);
        _isInMessage = !isEnd;
        if (maxBytes is not null)
        {
            // A message that arrives in one piece needs no copy.
            if (isEnd && _fragments.IsEmpty) return Give(piece, out message);
            _fragments.Add(piece.Span);
            return isEnd ? Give(_fragments.Memory, out message) : Step.Consumed;
        }

        return piece.IsEmpty ? Step.Consumed : Give(piece, out message);
    }

    private Step TakeControl(FrameHeader header, out ReceivedMessage message)
    {
        message = default;
        if (_received.Bytes.Length < header.Size + header.Length) return Step.NeedsBytes;
        var payload = _received.Memory.Span.Slice(header.Size, (int)header.Length);
        Masking.Apply(payload, header.Mask);

        // A violating close frame is not consumed: the next step finds it again and ends the reading.
        if (header.Opcode == FrameHeader.Close) return WhyNotClose(payload) is { } violation ? Fail(violation, out message) : Step.Closed;
        if (header.Opcode == FrameHeader.Ping) answer(FrameWriter.Pong(payload));
        _received.Skip(header.Size + header.Length);
        _uncharged++;
        return Step.Consumed;
    }

    // RFC 6455, sections 5.5.1 and 7.4.
    private static int? WhyNotClose(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return null;
        if (payload.Length < sizeof(ushort) || !CloseCodes.MayBeReceived(BinaryPrimitives.ReadUInt16BigEndian(payload))) return CloseCodes.ProtocolError;
        return Utf8.IsValid(payload[sizeof(ushort)..]) ? null : CloseCodes.InvalidText;
    }

    private Step Fail(int violation, out ReceivedMessage message)
    {
        (_hasFailed, message) = (true, new ReceivedMessage(default, violation));
        _fragments.Release();
        return Step.Message;
    }

    // After a violation. A length of more than 63 bits never ends.
    private Step Skip(FrameHeader header)
    {
        if (header.Opcode == FrameHeader.Close) return Step.Closed;
        _received.Skip(header.Size);
        _left = header.Length >= 0 ? header.Length : long.MaxValue;
        return Step.Consumed;
    }

    private static Step Give(ReadOnlyMemory<byte> bytes, out ReceivedMessage message)
    {
        message = new ReceivedMessage(bytes, null);
        return Step.Message;
    }
}
