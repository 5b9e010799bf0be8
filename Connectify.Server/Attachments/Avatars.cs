using Connectify.Server.Attachments.Uploads;

namespace Connectify.Server.Attachments;

/// <summary>What may be a group's picture.</summary>
internal static class Avatars
{
    public const string Field = "avatar";

    /// <summary>One file of at most 5 MB.</summary>
    public static UploadLimits Limits { get; } = new(Field, 1, 5 * UploadLimits.Megabyte);

    private static readonly Rejection Invalid =
        Rejection.Field(Field, "invalid_avatar", "An avatar is a PNG, JPEG, GIF or WebP image");

    private static readonly Rejection NeedsMultipart =
        Rejection.Field(Field, "invalid_avatar", "An avatar is sent as multipart/form-data");

    /// <summary>The picture in an upload read with <see cref="Limits"/>; null when there is none.</summary>
    /// <remarks>A body whose <c>avatar</c> is null or an empty text asks to remove it: <see cref="Protocol.JsonFields.IsNull"/>.</remarks>
    /// <returns>Or 400 <c>invalid_avatar</c>.</returns>
    public static Outcome<UploadedFile?> From(Upload upload)
    {
        if (!upload.Fields.IsEmpty(Field)) return NeedsMultipart;
        var picture = upload.Files(Field) is [var first, ..] ? first : null;
        return picture is { Content.IsSafeImage: false } ? Invalid : picture;
    }
}
