using System.Text;

namespace Connectify.Tests.Protocol.Rfc6455;

/// <summary>What a client sends in one case, and what it is to hear.</summary>
internal sealed class Script(Dialect dialect)
{
    public Dialect Dialect => dialect;

    public List<byte[]> Packets { get; } = [];

    public List<string> Words { get; } = [];

    public List<byte[]> Pongs { get; } = [];

    /// <summary>What the server closes with; null: it stays until the client closes.</summary>
    public int? Code { get; private set; }

    public Script Sends(params byte[][] bytes)
    {
        Packets.AddRange(bytes);
        return this;
    }

    /// <summary>Sends in packets of so many bytes.</summary>
    public Script SendsIn(int packet, params byte[][] bytes)
    {
        Packets.AddRange(bytes.SelectMany(part => part).Chunk(packet));
        return this;
    }

    /// <summary>Sends a message whole.</summary>
    public Script Says(string word, int? size = null) => Sends(ClientBytes.Frame(ClientBytes.Text, dialect.Message(word, size)));

    /// <summary>Sends bytes as one message in frames that end at the given places.</summary>
    public Script SaysInParts(byte[] message, params int[] cuts)
    {
        int[] ends = [.. cuts, message.Length];
        for (var (i, start) = (0, 0); i < ends.Length; start = ends[i++])
        {
            Sends(ClientBytes.Frame(i == 0 ? ClientBytes.Text : ClientBytes.Continuation, message[start..ends[i]], isLast: i == ends.Length - 1));
        }

        return this;
    }

    public Script Hears(params string[] words)
    {
        Words.AddRange(words);
        return this;
    }

    public Script HearsPongs(params byte[][] payloads)
    {
        Pongs.AddRange(payloads);
        return this;
    }

    public Script HearsPong(string payload) => HearsPongs(Encoding.UTF8.GetBytes(payload));

    public Script IsClosedWith(int code)
    {
        Code = code;
        return this;
    }
}
