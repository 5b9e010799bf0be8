using System.Globalization;

namespace Connectify.Server.Attachments.Uploads;

/// <summary>What an upload may carry.</summary>
/// <param name="Field">The field that takes files; files in other fields are read over.</param>
/// <param name="MaxFiles">How many.</param>
/// <param name="MaxFileBytes">How large each may be.</param>
internal sealed record UploadLimits(string Field, int MaxFiles, long MaxFileBytes)
{
    /// <summary>Bytes of all texts of a multipart body, their names included.</summary>
    public const int MaxTextBytes = RequestLimits.MaxBodyBytes;

    /// <summary>Parts of a multipart body.</summary>
    public const int MaxParts = 10_000;

    public const long Megabyte = 1024 * 1024;

    /// <summary>The most bytes of a whole request.</summary>
    public long MaxRequestBytes => (MaxFiles * MaxFileBytes) + RequestLimits.MaxBodyBytes;

    /// <summary>413 <c>file_too_large</c>.</summary>
    public Rejection FileTooLarge => Rejection.Field(Field, "file_too_large", $"A file may have at most {Size}") with
    {
        Status = StatusCodes.Status413PayloadTooLarge,
    };

    /// <summary>400 <c>too_many_files</c>.</summary>
    public Rejection TooManyFiles => Rejection.Field(
        Field, "too_many_files", MaxFiles == 1 ? "Only one file can be sent" : $"At most {MaxFiles} files can be sent");

    private string Size => MaxFileBytes % Megabyte == 0
        ? $"{MaxFileBytes / Megabyte} MB"
        : string.Create(CultureInfo.InvariantCulture, $"{MaxFileBytes} bytes");
}
