using System.Text.Json;
using System.Text.Unicode;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>What came from a node.</summary>
/// <param name="Node">The sender.</param>
/// <param name="What">A <see cref="ChatEvent"/>, <see cref="AccessEvent"/> or <see cref="NodeSignal"/>.</param>
internal sealed record Received(long Node, object What);

/// <summary>
/// How events travel between nodes: version, kind, sender, then the event. A chat's payload goes as the
/// bytes it already is; what is rare goes as JSON.
/// </summary>
internal static class Envelope
{
    private const byte Version = 1;
    private const byte Chat = 1;
    private const byte User = 2;
    private const byte Node = 3;
    private const int LongestName = 64;

    public static byte[] Of(long node, ChatEvent happened)
    {
        using var stream = new MemoryStream(happened.Json.Length + 96);
        using var writer = Begin(stream, Chat, node);
        writer.Write7BitEncodedInt64(happened.ChatId);
        writer.Write7BitEncodedInt64(happened.Seq);
        writer.Write7BitEncodedInt64(happened.Seq - happened.After);
        writer.Write7BitEncodedInt64(happened.AccessVersion);
        writer.Write7BitEncodedInt64(happened.ExceptUser);
        writer.Write7BitEncodedInt64(happened.OnlyUser);
        writer.Write7BitEncodedInt64(happened.Actor);
        writer.Write(happened.Name);
        writer.Write(happened.Json.Span);
        return stream.ToArray();
    }

    public static byte[] Of(long node, AccessEvent happened) => Of(User, node, happened);

    public static byte[] Of(long node, NodeSignal signal) => Of(Node, node, signal);

    /// <returns>null: garbled, hostile, or of a version that this program doesn't know.</returns>
    public static Received? TryRead(byte[] message)
    {
        try
        {
            using var stream = new MemoryStream(message, writable: false);
            using var reader = new BinaryReader(stream);
            if (reader.ReadByte() != Version) return null;
            var kind = reader.ReadByte();
            var node = reader.ReadInt64();
            object? what = kind switch
            {
                Chat => ReadChatEvent(reader, message),
                User => JsonSerializer.Deserialize<AccessEvent>(message.AsSpan((int)stream.Position), Json.Options),
                Node => JsonSerializer.Deserialize<NodeSignal>(message.AsSpan((int)stream.Position), Json.Options),
                _ => null,
            };
            return what is null ? null : new Received(node, what);
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException or JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private static byte[] Of<T>(byte kind, long node, T what)
    {
        using var stream = new MemoryStream(128);
        using var writer = Begin(stream, kind, node);
        writer.Write(JsonSerializer.SerializeToUtf8Bytes(what, Json.Options));
        return stream.ToArray();
    }

    private static BinaryWriter Begin(MemoryStream stream, byte kind, long node)
    {
        var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(kind);
        writer.Write(node);
        return writer;
    }

    private static ChatEvent? ReadChatEvent(BinaryReader reader, byte[] message)
    {
        var (chatId, seq, step, accessVersion) = (Number(), Number(), Number(), Number());
        var (exceptUser, onlyUser, actor) = (Number(), Number(), Number());
        var name = reader.ReadString();
        var json = message.AsMemory((int)reader.BaseStream.Position);
        if (chatId <= 0 || seq < 0 || step <= 0 || step > seq + 1 || accessVersion < 0 || !IsName(name) || !IsObject(json.Span)) return null;
        return new ChatEvent(chatId, name, json)
        {
            Seq = seq,
            After = seq - step,
            AccessVersion = accessVersion,
            ExceptUser = exceptUser,
            OnlyUser = onlyUser,
            Actor = actor,
        };

        long Number() => reader.Read7BitEncodedInt64();
    }

    private static bool IsName(string name) => name.Length is > 0 and <= LongestName && name.All(c => c is '_' or (>= 'a' and <= 'z'));

    // It goes into frames as it is: half an object, or two, would break the sockets it is written to.
    private static bool IsObject(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json)) return false;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Json.MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read())
        {
            // To the end: the reader throws at whatever is no JSON, also at what comes after the object.
        }

        return true;
    }
}
