using Connectify.Server.Attachments;
using Connectify.Server.Attachments.Uploads;
using Connectify.Server.Hosting;

namespace Connectify.Server.GroupChats;

/// <summary>A group to be created.</summary>
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
            Messages.Sending.InitialMessage.Read(fields));
        if ((fields.Rejection ?? Messages.Sending.InitialMessage.WhyNot(draft.InitialMessage, settings)) is { } rejection) return rejection;
        if (Avatars.From(upload).IsRejected(out rejection, out var avatar)) return rejection;

        // The creator counts as a member. Check the limit before looking up any user.
        return draft.MemberIds.Length + 1 > settings.MaxGroupMembers
            ? GroupRejections.TooManyMembers(settings)
            : draft with { Avatar = avatar };
    }
}
