using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Connectify.Protocol;

/// <summary>One message from a client.</summary>
/// <param name="Message">Its bytes, valid until the reader is used again.</param>
/// <param name="Violation">The close code it deserves instead, or null.</param>
internal readonly record struct ReceivedMessage(ReadOnlyMemory<byte> Message, int? Violation);

/// <summary>
/// Reads WebSocket messages (RFC 6455, section 5). Between messages it holds no buffer.
/// </summary>
/// <param name="input">What arrives.</param>
/// <param name="maxBytes">
/// The longest message; a longer one is a violation (1009). Null: messages, whatever they hold, are one stream of bytes, and
/// come out in pieces as they arrive.
/// </param>
/// <param name="answer">Takes pongs, complete frames.</param>
internal sealed class MessageReader(PipeReader input, int? maxBytes, Action<ReadOnlyMemory<byte>> answer)
{
    private const int FirstBufferBytes = 4096;

    // More may have gathered; it is taken in turns, so that no client makes the buffer grow with it.
    private const int MostBytesAtOnce = 16 * 1024;

    private readonly ReceiveBuffer _received = new(FirstBufferBytes);
    private readonly ReceiveBuffer _fragments = new(FirstBufferBytes);
    private long _lastHeard = Environment.TickCount64;
    private long _toSkip;
    private long _toPass;
    private uint _passMask;
    private bool _isInMessage;
    private bool _isSkipping;
    private bool _isLost;

    private enum Step
    {
        NeedsBytes,
        Consumed,
        Message,
        Closed,
    }

    /// <summary>When bytes last arrived, in <see cref="Environment.TickCount64"/>'s milliseconds.</summary>
    public long LastHeard => Volatile.Read(ref _lastHeard);

    /// <returns>The next message; null when the client has closed, or is gone.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReceivedMessage?> Next()
    {
        if (!_isInMessage) _fragments.Release();
        while (true)
        {
            var step = Take(out var message);
            if (step == Step.Message) return message;
            if (step == Step.Closed || (step == Step.NeedsBytes && !await Receive())) return null;
        }
    }

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
        var read = (await input.ReadAsync()).Buffer;
        var taken = read.Slice(0, Math.Min(read.Length, MostBytesAtOnce));
        foreach (var bytes in taken) _received.Add(bytes.Span);
        input.AdvanceTo(taken.End);
        Volatile.Write(ref _lastHeard, Environment.TickCount64);
        return !taken.IsEmpty;
    }

    private Step Take(out ReceivedMessage message)
    {
        message = default;

        // What follows a broken frame can't be understood. It is read on, so that our close frame isn't lost to a reset.
        if (_isLost) _toSkip = long.MaxValue;
        _toSkip -= _received.Skip(_toSkip);
        if (_toPass > 0) return Pass(out message);
        if (_toSkip > 0 || !FrameHeader.TryRead(_received.Bytes, out var header)) return Step.NeedsBytes;
        if (!header.IsAllowed || (!header.IsControl && header.Opcode == FrameHeader.Continuation != _isInMessage))
        {
            _isLost = true;
            message = new ReceivedMessage(default, CloseCodes.ProtocolError);
            return Step.Message;
        }

        if (!header.IsControl && maxBytes is null) return BeginToPass(header);
        if (!header.IsControl && WhyNot(header) is { } violation) return Skip(header, violation, out message);
        if (_received.Bytes.Length < header.Size + header.Length) return Step.NeedsBytes;
        var payload = _received.Take(header.Size, (int)header.Length);
        Masking.Apply(payload.Span, header.Mask);
        return header.IsControl ? Control(header, payload) : Data(header, payload, out message);
    }

    private int? WhyNot(FrameHeader header)
    {
        if (_isSkipping) return CloseCodes.TooBig;
        if (header.Opcode == FrameHeader.Binary) return CloseCodes.UnsupportedData;
        return header.Length > maxBytes - _fragments.Bytes.Length ? CloseCodes.TooBig : null;
    }

    private Step BeginToPass(FrameHeader header)
    {
        _received.Skip(header.Size);
        (_toPass, _passMask, _isInMessage) = (header.Length, header.Mask, !header.IsFinal);
        return Step.Consumed;
    }

    private Step Pass(out ReceivedMessage message)
    {
        message = default;
        if (_received.IsEmpty) return Step.NeedsBytes;
        var piece = _received.Take(0, (int)Math.Min(_toPass, _received.Bytes.Length));
        _passMask = Masking.Apply(piece.Span, _passMask);
        _toPass -= piece.Length;
        message = new ReceivedMessage(piece, null);
        return Step.Message;
    }

    // The whole message is passed over, and told of once.
    private Step Skip(FrameHeader header, int violation, out ReceivedMessage message)
    {
        var isNews = !_isSkipping;
        _received.Skip(header.Size);
        _toSkip = header.Length;
        _isInMessage = _isSkipping = !header.IsFinal;
        _fragments.Release();
        message = isNews ? new ReceivedMessage(default, violation) : default;
        return isNews ? Step.Message : Step.Consumed;
    }

    private Step Control(FrameHeader header, ReadOnlyMemory<byte> payload)
    {
        if (header.Opcode == FrameHeader.Ping) answer(FrameWriter.Pong(payload.Span));
        return header.Opcode == FrameHeader.Close ? Step.Closed : Step.Consumed;
    }

    private Step Data(FrameHeader header, ReadOnlyMemory<byte> payload, out ReceivedMessage message)
    {
        message = default;
        if (_isInMessage || !header.IsFinal)
        {
            _isInMessage = !header.IsFinal;
            _fragments.Add(payload.Span);
            if (_isInMessage) return Step.Consumed;
            payload = _fragments.Memory;
        }

        message = Utf8.IsValid(payload.Span) ? new ReceivedMessage(payload, null) : new ReceivedMessage(default, CloseCodes.InvalidText);
        return Step.Message;
    }
}
