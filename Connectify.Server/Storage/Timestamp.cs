using System.Data;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;

namespace Connectify.Server.Storage;

/// <summary>A moment in UTC, to the millisecond: a number in the database, ISO 8601 with <c>Z</c> in JSON.</summary>
/// <param name="Milliseconds">Since 1970-01-01T00:00:00Z.</param>
[JsonConverter(typeof(TimestampJson))]
internal readonly record struct Timestamp(long Milliseconds)
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static Timestamp Now => From(DateTimeOffset.UtcNow);

    public static Timestamp From(DateTimeOffset moment) => new(moment.ToUnixTimeMilliseconds());

    public static Timestamp operator +(Timestamp moment, TimeSpan span) => new(moment.Milliseconds + (long)span.TotalMilliseconds);

    public static Timestamp operator -(Timestamp moment, TimeSpan span) => new(moment.Milliseconds - (long)span.TotalMilliseconds);

    public static bool operator <(Timestamp left, Timestamp right) => left.Milliseconds < right.Milliseconds;

    public static bool operator >(Timestamp left, Timestamp right) => left.Milliseconds > right.Milliseconds;

    public override string ToString()
        => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds).ToString(Format, CultureInfo.InvariantCulture);

    private sealed class TimestampJson : JsonConverter<Timestamp>
    {
        public override Timestamp Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
            => From(reader.GetDateTimeOffset());

        public override void Write(Utf8JsonWriter writer, Timestamp value, JsonSerializerOptions options)
        {
            Span<byte> text = stackalloc byte[32];
            DateTimeOffset.FromUnixTimeMilliseconds(value.Milliseconds)
                .TryFormat(text, out var length, Format, CultureInfo.InvariantCulture);
            writer.WriteStringValue(text[..length]);
        }
    }

    /// <summary>Lets Dapper read and write the type as a number.</summary>
    internal sealed class Column : SqlMapper.TypeHandler<Timestamp>
    {
        public override Timestamp Parse(object value) => new(Convert.ToInt64(value, CultureInfo.InvariantCulture));

        public override void SetValue(IDbDataParameter parameter, Timestamp value)
        {
            parameter.DbType = DbType.Int64;
            parameter.Value = value.Milliseconds;
        }
    }
}
