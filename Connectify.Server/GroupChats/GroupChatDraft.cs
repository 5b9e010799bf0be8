using Connectify.Server.Attachments;
using Connectify.Server.Hosting;

namespace Connectify.Server.GroupChats;

/// <summary>A group somebody wants to start.</summary>
internal sealed record GroupChatDraft(long OrganizationId, string Name, string? Description, long[] MemberIds, string? InitialMessage)
{
    /// <summary>Its picture.</summary>
    public UploadedFile? Avatar { get; init; }

    public static Outcome<GroupChatDraft> From(Upload upload, long creator, MessagingSettings settings)
    {
        var fields = upload.Fields;
        var draft = new GroupChatDraft(
            fields.RequiredId("organization_id"),
            GroupRules.Name(fields),
            GroupRules.Description(fields),
            [.. fields.Ids("member_ids", int.MaxValue).Where(id => id != creator)],
            Messages.Sending.InitialMessage.Read(fields, settings));
        if (fields.Rejection is { } rejection) return rejection;
        if (Avatars.From(upload).IsRejected(out rejection, out var avatar)) return rejection;

        // The creator is one of them. Nobody is looked up for a group that can't be.
        return draft.MemberIds.Length + 1 > settings.MaxGroupMembers
            ? GroupRejections.TooManyMembers(settings)
            : draft with { Avatar = avatar };
    }
}
