using Connectify.Server.Attachments;
using Connectify.Server.Attachments.Uploads;

namespace Connectify.Server.GroupChats;

/// <summary>Changes to a group. Absent fields stay unchanged.</summary>
internal sealed record GroupChatEdit
{
    /// <summary>null: as it is.</summary>
    public string? Name { get; init; }

    public bool SetsDescription { get; init; }

    public string? Description { get; init; }

    public bool SetsAvatar { get; init; }

    /// <summary>The new picture; null with <see cref="SetsAvatar"/>: none any more.</summary>
    public UploadedFile? Avatar { get; init; }

    public bool IsEmpty => Name is null && !SetsDescription && !SetsAvatar;

    public static Outcome<GroupChatEdit> From(Upload upload)
    {
        var fields = upload.Fields;
        var edit = new GroupChatEdit
        {
            Name = fields.Has("name") ? GroupRules.Name(fields) : null,
            SetsDescription = fields.Has("description"),
            Description = GroupRules.Description(fields),
        };
        if (fields.Rejection is { } rejection) return rejection;
        if (Avatars.From(upload).IsRejected(out rejection, out var avatar)) return rejection;
        return edit with { SetsAvatar = avatar is not null || fields.IsNull(Avatars.Field), Avatar = avatar };
    }
}
