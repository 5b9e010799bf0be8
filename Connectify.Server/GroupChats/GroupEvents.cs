using Connectify.Protocol;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.GroupChats;

/// <summary>Events about a group and its members. They carry no seq: a client that missed one asks over REST.</summary>
internal static class GroupEvents
{
    public static ChatEvent MemberAdded(ChatRef group, UserView user) => Event(group, Frames.MemberAdded, new { user });

    public static ChatEvent MemberRemoved(ChatRef group, UserView user, long accessVersion)
        => Event(group, Frames.MemberRemoved, new { user }) with { AccessVersion = accessVersion };

    public static ChatEvent RoleChanged(ChatRef group, long userId, string role)
        => Event(group, Frames.RoleChanged, new { user_id = userId, role });

    /// <param name="group">The group as it is now, its URLs still with <see cref="PublicUrls.Placeholder"/>.</param>
    public static ChatEvent Updated(GroupChatView group)
        => Event(new ChatRef(ChatKind.Group, group.Id), Frames.ChatUpdated, new
        {
            group.Name,
            group.Description,
            group.Avatar,
            group.UpdatedAt,
        });

    private static ChatEvent Event(ChatRef group, string name, object payload) => new(group.Id, name, FramePayload.Of(group, 0, payload));
}
