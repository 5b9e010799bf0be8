namespace Connectify.Server.Chats;

internal static class ChatsSetup
{
    public static void AddChats(this WebApplicationBuilder builder) => builder.Services.AddSingleton<ChatOverviews>();
}
