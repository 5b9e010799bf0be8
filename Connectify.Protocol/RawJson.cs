using System.Text.Json;
using System.Text.Json.Serialization;

namespace Connectify.Protocol;

/// <summary>JSON that is encoded already: the payload of an event, the same bytes in every protocol.</summary>
/// <param name="Utf8">A JSON object in UTF-8.</param>
[JsonConverter(typeof(RawJsonConverter))]
public sealed record RawJson(ReadOnlyMemory<byte> Utf8);

internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => throw new NotSupportedException("Clients don't send ready-made JSON.");

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
        => writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
}

/// <summary>Reads the argument of a hub method as the frame of the same name.</summary>
/// <typeparam name="T">The frame.</typeparam>
public sealed class ClientFrameConverter<T> : JsonConverter<T>
    where T : ClientFrame, new()
{
    /// <summary>null is no frame either, and is to be told so.</summary>
    public override bool HandleNull => true;

    /// <inheritdoc />
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => FrameReader.Read<T>(JsonElement.ParseValue(ref reader));

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        => throw new NotSupportedException("Frames from clients are only read.");
}
