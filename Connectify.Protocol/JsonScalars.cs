using System.Text.Json;

namespace Connectify.Protocol;

/// <summary>Reads single JSON values from clients without ever throwing.</summary>
public static class JsonScalars
{
    /// <summary>A text; half a surrogate pair (<c>\ud800</c>) is none.</summary>
    public static bool TryText(JsonElement value, out string? text)
    {
        text = null;
        if (value.ValueKind != JsonValueKind.String) return false;
        try
        {
            text = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A positive 64-bit integer.</summary>
    public static bool TryId(JsonElement value, out long id)
    {
        id = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out id) && id > 0;
    }
}
