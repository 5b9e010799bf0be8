using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Connectify.Tests.Protocol;

/// <summary>Whatever a client may send, from nearly right to anything at all.</summary>
internal static class AnyFrame
{
    private static readonly string[] Names =
    [
        "type", "content", "reply_to", "client_message_id", "is_typing", "message_id", "message_ids", "chats", "since",
        "conversation_id", "group_chat_id", "\\ud800", "", "a",
    ];

    private static readonly string[] Types =
        ["message", "typing", "read", "read_messages", "resume", "ping", "heartbeat_ack", "hello", "", "\\u0000", "\\ud83d"];

    private static readonly string[] Atoms =
    [
        "null", "true", "false", "0", "1", "-1", "1.5", "1e400", "-0", "9223372036854775807", "9223372036854775808", "\"\"", "\"x\"",
        "\"\\ud800\"", "\"\\u0000\"", "\"\\ud83d\\udc4d\"", "{}", "[]", "[1,2]", "[[]]", "NaN", "Infinity", "\"", "[", "01",
    ];

    /// <summary>JSON, mostly: objects whose names and values are mostly those of frames.</summary>
    public static Gen<string> Json { get; } = Gen.Sized(size => Value(Math.Min(size, 6)));

    /// <summary>Nearly a frame: a type that is there, and any fields.</summary>
    public static Gen<string> Frame { get; } = Gen.Elements(Types).SelectMany(
        type => Gen.ListOf(Field(3)),
        (type, fields) => $"{{{string.Join(",", (string[])[$"\"type\":\"{type}\"", .. fields])}}}");

    public static Arbitrary<byte[]> Bytes { get; } = Arb.From(Gen.OneOf(
        Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value)),
        Json.Select(Encoding.UTF8.GetBytes),
        Frame.Select(Encoding.UTF8.GetBytes)));

    public static Arbitrary<byte[][]> Messages { get; } = Arb.From(Gen.ArrayOf(Bytes.Generator));

    private static Gen<string> Value(int depth)
    {
        var atom = Gen.Elements(Atoms);
        if (depth == 0) return atom;
        var list = Gen.ListOf(Value(depth - 1)).Select(items => $"[{string.Join(",", items.Take(5))}]");
        return Gen.OneOf(atom, atom, list, Gen.ListOf(Field(depth - 1)).Select(fields => $"{{{string.Join(",", fields.Take(5))}}}"));
    }

    private static Gen<string> Field(int depth) => Gen.Zip(Gen.Elements(Names), Value(depth), (name, value) => $"\"{name}\":{value}");
}
