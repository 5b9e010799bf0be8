namespace Connectify.Benchmarks.Load;

/// <summary>
/// What the content of every message begins with: <c>~#~#</c>, the chat and the message's number there,
/// eight hex digits each. So a receiver knows what it got without reading JSON.
/// </summary>
internal static class Marker
{
    public const int Length = 20;

    /// <summary>Bytes of a message's content.</summary>
    public const int ContentLength = 100;

    private const string Filling = "the quick brown fox jumps over the lazy dog and sixty zebras watch it do so all day long in the sun";

    public static ReadOnlySpan<byte> Start => "~#~#"u8;

    public static void Write(Span<byte> content, int chat, int number)
    {
        Start.CopyTo(content);
        WriteHex(content[4..], chat);
        WriteHex(content[12..], number);
        for (var i = Length; i < ContentLength; i++) content[i] = (byte)Filling[i - Length];
    }

    public static (int Chat, int Number) Read(ReadOnlySpan<byte> marker) => (ReadHex(marker.Slice(4, 8)), ReadHex(marker.Slice(12, 8)));

    private static void WriteHex(Span<byte> target, int value)
    {
        for (var i = 7; i >= 0; i--, value >>= 4) target[i] = (byte)"0123456789abcdef"[value & 15];
    }

    private static int ReadHex(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits) value = (value << 4) | (digit <= '9' ? digit - '0' : digit - 'a' + 10);
        return value;
    }
}
