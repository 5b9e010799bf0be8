namespace Connectify.Server.GroupChats;

internal static class GroupChatsSetup
{
    public static void AddGroupChats(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<GroupChatQueries>();
        services.AddSingleton<CreateGroupChat>();
        services.AddSingleton<UpdateGroupChat>();
        services.AddSingleton<DeleteGroupChat>();
        services.AddSingleton<AddMembers>();
        services.AddSingleton<RemoveMember>();
        services.AddSingleton<ChangeRole>();
    }
}
