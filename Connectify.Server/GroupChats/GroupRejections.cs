using Connectify.Server.Hosting;

namespace Connectify.Server.GroupChats;

/// <summary>Refusals of group operations. Where the API documents give a sentence, it is theirs.</summary>
internal static class GroupRejections
{
    public static Rejection OnlyAdminsAdd { get; } = OnlyAdmins("Only admins can add members");

    public static Rejection OnlyAdminsRemove { get; } = OnlyAdmins("Only admins can remove other members");

    public static Rejection OnlyAdminsChangeRoles { get; } = OnlyAdmins("Only admins can change roles");

    public static Rejection OnlyAdminsUpdate { get; } = OnlyAdmins("Only admins can update the group chat");

    public static Rejection OnlyAdminsDelete { get; } = OnlyAdmins("Only admins can delete the group chat");

    public static Rejection NoMember { get; } = Rejection.NotFound("member_not_found", "User is not a member of this group chat");

    public static Rejection LastAdmin { get; } =
        Rejection.BadRequest("last_admin", "The last admin can't be demoted: make another member an admin first");

    public static Rejection TooManyMembers(MessagingSettings settings)
        => Rejection.Field("member_ids", "too_many_members", $"A group chat has at most {settings.MaxGroupMembers} members");

    private static Rejection OnlyAdmins(string sentence) => Rejection.Forbidden("admins_only", sentence);
}
