namespace Connectify.Server.Attachments;

/// <summary>A file of a message, as clients see it.</summary>
/// <param name="Id">The attachment.</param>
/// <param name="Type">image, video, document or audio.</param>
/// <param name="FileName">As the sender named it.</param>
/// <param name="ContentType">As found in its bytes.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Url">Absolute, signed and expiring.</param>
internal sealed record AttachmentView(long Id, string Type, string FileName, string ContentType, long Size, string Url);
