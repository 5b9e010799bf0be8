using System.Text;
using System.Text.Unicode;
using Connectify.Benchmarks.Load;

namespace Connectify.Benchmarks.World;

/// <summary>A server under test: how it is addressed, and how a message is put to it.</summary>
internal sealed class ServerKind
{
    public static readonly ServerKind Connectify = new("connectify", "Connectify");
    public static readonly ServerKind Hub = new("hub", "Connectify, SignalR clients");
    public static readonly ServerKind Plain = new("plain", "plain SignalR + Npgsql");
    public static readonly ServerKind Probe = new("probe", "the probe");
    public static readonly ServerKind Inline = new("inline", "the probe, inline scheduling");
    public static readonly ServerKind Long = new("long", "the probe, inline, frames as long");
    public static readonly ServerKind Bare = new("bare", "bare Kestrel, nothing stored");
    public static readonly ServerKind[] All = [Connectify, Hub, Plain, Probe, Inline, Long, Bare];

    private ServerKind(string name, string title) => (Name, Title) = (name, title);

    public string Name { get; }

    public string Title { get; }

    /// <summary>Whether it is the product, whatever the clients speak.</summary>
    public bool IsConnectify => Name is "connectify" or "hub";

    public bool IsSignalR => Name is "plain" or "hub";

    /// <summary>Whether it keeps messages, so that rows can be counted.</summary>
    public bool Stores => Name != "bare";

    /// <summary>Whether all members of a chat are promised the same order.</summary>
    public bool PromisesOneOrder => IsConnectify;

    public string SocketPath(Seat seat, string token) => Name switch
    {
        "connectify" => $"/ws/messaging/{(seat.Chat.IsGroup ? "group-chats" : "conversations")}/{seat.Chat.Id}/?token={token}",
        "hub" => $"/hubs/chat?access_token={token}",
        "plain" => $"/hub?chat={seat.Chat.Id}&access_token={token}",
        _ => $"/ws/{seat.Chat.Id}?token={token}",
    };

    /// <summary>What is said first on an open socket: SignalR wants a handshake, Connectify's hub to be told which chat.</summary>
    public byte[] Greeting(Chat chat)
    {
        if (!IsSignalR) return [];
        var join = $"{{\"type\":1,\"invocationId\":\"hello\",\"target\":\"Join\",\"arguments\":[{{\"{IdName(chat)}\":{chat.Id}}}]}}\u001e";
        var frame = new byte[256];
        var text = "{\"protocol\":\"json\",\"version\":1}\u001e" + (Name == "hub" ? join : "");
        return frame[..WebSocketPeer.Frame(frame, 0x81, Encoding.ASCII.GetBytes(text))];
    }

    /// <summary>A frame that sends message <paramref name="number"/> to its chat.</summary>
    /// <returns>Its length.</returns>
    public int WriteMessage(Span<byte> target, Chat chat, int number)
    {
        Span<byte> payload = stackalloc byte[256];
        var length = WriteBefore(payload, chat);
        Marker.Write(payload[length..], chat.Index, number);
        length += Marker.ContentLength;
        var after = Name switch { "hub" => "\"}]}\u001e"u8, "plain" => "\"]}\u001e"u8, _ => "\"}"u8 };
        after.CopyTo(payload[length..]);
        return WebSocketPeer.Frame(target, 0x81, payload[..(length + after.Length)]);
    }

    /// <summary>A request that sends the message over HTTP.</summary>
    public byte[] SendRequest(Chat chat, string token, int number)
    {
        Span<byte> content = stackalloc byte[Marker.ContentLength];
        Marker.Write(content, chat.Index, number);
        var body = $$"""{"content":"{{Encoding.ASCII.GetString(content)}}"}""";
        var path = IsConnectify
            ? $"/api/messaging/{(chat.IsGroup ? "group-chats" : "conversations")}/{chat.Id}/send_message/"
            : $"/chats/{chat.Id}/messages";
        return Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private int WriteBefore(Span<byte> target, Chat chat)
    {
        int written;
        _ = Name switch
        {
            "hub" => Utf8.TryWrite(
                target, $"{{\"type\":1,\"target\":\"SendMessage\",\"arguments\":[{{\"{IdName(chat)}\":{chat.Id},\"content\":\"", out written),
            "plain" => Utf8.TryWrite(target, $"{{\"type\":1,\"target\":\"Send\",\"arguments\":[\"", out written),
            _ => Utf8.TryWrite(target, $"{{\"type\":\"message\",\"content\":\"", out written),
        };
        return written;
    }

    private static string IdName(Chat chat) => chat.IsGroup ? "group_chat_id" : "conversation_id";
}
