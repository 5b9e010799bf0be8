using System.Text;
using System.Text.Json;
using Connectify.Protocol;
using Connectify.Tests.Support;

namespace Connectify.Tests.Protocol.Rfc6455;

/// <summary>
/// What a text message has to hold for a server without an echo to give a word of it back, and how it does. Neither way
/// asks the database.
/// </summary>
internal abstract class Dialect
{
    /// <summary>The longest message that is taken, in bytes.</summary>
    public abstract int MaxBytes { get; }

    /// <summary>What an empty message is answered with; null: nothing.</summary>
    public abstract string? AnswerToEmpty { get; }

    /// <summary>What comes before and after the word.</summary>
    protected abstract (string Before, string After, string End) Parts { get; }

    /// <summary>A message.</summary>
    /// <param name="word">What is given back: at most 64 characters.</param>
    /// <param name="size">Its length in bytes; null: as short as it can be.</param>
    public byte[] Message(string word, int? size = null) => Message(Encoding.UTF8.GetBytes(word), size);

    public byte[] Message(byte[] word, int? size = null)
    {
        var (before, after, end) = Parts;
        const string Filler = ",\"filler\":\"\"";
        var rest = size - Encoding.UTF8.GetByteCount(before + after + end) - word.Length - Filler.Length;
        var filler = rest is null ? "" : $",\"filler\":\"{new string('x', rest.Value)}\"";
        return [.. Encoding.UTF8.GetBytes(before), .. word, .. Encoding.UTF8.GetBytes(after + filler + end)];
    }

    /// <summary>Where the word begins in a message.</summary>
    public int WordStart => Encoding.UTF8.GetByteCount(Parts.Before);

    /// <summary>The words that a text message of the server gives back.</summary>
    public abstract IEnumerable<string> WordsIn(string text);

    public sealed class Plain : Dialect
    {
        public override int MaxBytes => 64 * 1024;

        public override string AnswerToEmpty => "malformed_json";

        protected override (string Before, string After, string End) Parts => ("{\"type\":\"message\",\"client_message_id\":\"", "\"", "}");

        public override IEnumerable<string> WordsIn(string text)
        {
            var frame = JsonElement.Parse(text);
            return frame.Text("type") != Frames.Error ? [] : [frame.Text(frame.Has("client_message_id") ? "client_message_id" : "code")];
        }
    }

    public sealed class Hub : Dialect
    {
        private const char Separator = '\u001e';

        public override int MaxBytes => (64 * 1024) + 4096;

        public override string? AnswerToEmpty => null;

        protected override (string Before, string After, string End) Parts
            => ("{\"invocationId\":\"", "\",\"type\":1,\"target\":\"Ping\",\"arguments\":[]", $"}}{Separator}");

        public override IEnumerable<string> WordsIn(string text)
            => text.Split(Separator, StringSplitOptions.RemoveEmptyEntries).Select(record => JsonElement.Parse(record))
                .Where(record => record.Has("invocationId")).Select(record => record.Text("invocationId"));
    }
}
