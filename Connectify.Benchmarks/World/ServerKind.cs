using System.Text;
using Connectify.Benchmarks.Load;

namespace Connectify.Benchmarks.World;

/// <summary>A server under test: how it is addressed, and how a message is put to it.</summary>
internal sealed class ServerKind
{
    public static readonly ServerKind Connectify = new("connectify", "Connectify");
    public static readonly ServerKind Plain = new("plain", "plain SignalR + Npgsql");
    public static readonly ServerKind Probe = new("probe", "the probe");
    public static readonly ServerKind Inline = new("inline", "the probe, inline scheduling");
    public static readonly ServerKind Long = new("long", "the probe, inline, frames as long");
    public static readonly ServerKind Bare = new("bare", "bare Kestrel, nothing stored");
    public static readonly ServerKind[] All = [Connectify, Plain, Probe, Inline, Long, Bare];

    private readonly byte[] _before;
    private readonly byte[] _after;

    private ServerKind(string name, string title)
    {
        (Name, Title) = (name, title);
        IsSignalR = name == "plain";
        _before = Encoding.ASCII.GetBytes(IsSignalR ? "{\"type\":1,\"target\":\"Send\",\"arguments\":[\"" : "{\"type\":\"message\",\"content\":\"");
        _after = Encoding.ASCII.GetBytes(IsSignalR ? "\"]}\u001e" : "\"}");
    }

    public string Name { get; }

    public string Title { get; }

    public bool IsSignalR { get; }

    /// <summary>Whether it keeps messages, so that rows can be counted.</summary>
    public bool Stores => Name != "bare";

    /// <summary>Whether all members of a chat are promised the same order.</summary>
    public bool PromisesOneOrder => Name == "connectify";

    public string SocketPath(Seat seat, string token) => Name switch
    {
        "connectify" => $"/ws/messaging/{(seat.Chat.IsGroup ? "group-chats" : "conversations")}/{seat.Chat.Id}/?token={token}",
        "plain" => $"/hub?chat={seat.Chat.Id}&access_token={token}",
        _ => $"/ws/{seat.Chat.Id}?token={token}",
    };

    /// <summary>What is said first on an open socket; SignalR wants a handshake.</summary>
    public byte[] Greeting()
    {
        if (!IsSignalR) return [];
        var frame = new byte[128];
        return frame[..WebSocketPeer.Frame(frame, 0x81, "{\"protocol\":\"json\",\"version\":1}\u001e"u8)];
    }

    /// <summary>A frame that sends message <paramref name="number"/> to its chat.</summary>
    /// <returns>Its length.</returns>
    public int WriteMessage(Span<byte> target, int chat, int number)
    {
        Span<byte> payload = stackalloc byte[256];
        _before.CopyTo(payload);
        Marker.Write(payload[_before.Length..], chat, number);
        var length = _before.Length + Marker.ContentLength;
        _after.CopyTo(payload[length..]);
        return WebSocketPeer.Frame(target, 0x81, payload[..(length + _after.Length)]);
    }

    /// <summary>A request that sends the message over HTTP.</summary>
    public byte[] SendRequest(Chat chat, string token, int number)
    {
        Span<byte> content = stackalloc byte[Marker.ContentLength];
        Marker.Write(content, chat.Index, number);
        var body = $$"""{"content":"{{Encoding.ASCII.GetString(content)}}"}""";
        var path = Name == "connectify"
            ? $"/api/messaging/{(chat.IsGroup ? "group-chats" : "conversations")}/{chat.Id}/send_message/"
            : $"/chats/{chat.Id}/messages";
        return Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }
}
