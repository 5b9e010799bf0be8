using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Connectify.Benchmarks.Servers;

/// <summary>The probe's WebSocket frames, whole text frames below 64 KiB only.</summary>
internal static class ProbeFrames
{
    public static byte[] Text(ReadOnlySpan<byte> payload)
    {
        var output = new ArrayBufferWriter<byte>(payload.Length + 4);
        Write(output, payload);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The frames of some messages, one after the other.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="more">What makes each frame longer.</param>
    public static byte[] Messages(Pending[] messages, string more)
    {
        var output = new ArrayBufferWriter<byte>(256 * messages.Length);
        var payload = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(payload);
        foreach (var message in messages)
        {
            payload.ResetWrittenCount();
            json.Reset();
            json.WriteStartObject();
            json.WriteString("type", "message");
            json.WriteNumber("id", message.Id);
            json.WriteNumber("chat_id", message.Chat);
            json.WriteNumber("sender_id", message.Sender);
            json.WriteString("content", message.Content);
            json.WriteNumber("created_at", message.At);
            if (more.Length > 0) json.WriteString("more", more);
            json.WriteEndObject();
            json.Flush();
            Write(output, payload.WrittenSpan);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads frames until the end and hands on the content of each.</summary>
    public static async Task Read(Stream stream, Action<string> heard)
    {
        var buffer = new byte[4096];
        var filled = 0;
        while (await stream.ReadAsync(buffer.AsMemory(filled)) is > 0 and var read)
        {
            filled += read;
            var taken = Take(buffer.AsSpan(0, filled), heard);
            if (taken == 0 && filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
            filled -= taken;
        }
    }

    private static int Take(Span<byte> data, Action<string> heard)
    {
        var taken = 0;
        while (data.Length - taken >= 8)
        {
            var frame = data[taken..];
            var (length, header) = ((frame[1] & 0x7F) < 126) ? (frame[1] & 0x7F, 2) : (BinaryPrimitives.ReadUInt16BigEndian(frame[2..]), 4);
            if (frame.Length < header + 4 + length) break;
            var payload = frame.Slice(header + 4, length);
            for (var i = 0; i < length; i++) payload[i] ^= frame[header + (i & 3)];
            if (frame[0] == 0x81) heard(Content(payload));
            taken += header + 4 + length;
        }

        return taken;
    }

    private static string Content(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("content"u8) && reader.Read()) return reader.GetString()!;
        }

        return "";
    }

    private static void Write(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> payload)
    {
        var header = output.GetSpan(4);
        header[0] = 0x81;
        if (payload.Length < 126)
        {
            header[1] = (byte)payload.Length;
            output.Advance(2);
        }
        else
        {
            header[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)payload.Length);
            output.Advance(4);
        }

        output.Write(payload);
    }
}
