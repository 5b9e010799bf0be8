namespace Connectify.Server.Conversations;

internal static class ConversationsSetup
{
    public static void AddConversations(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConversationQueries>();
        builder.Services.AddSingleton<CreateConversation>();
        builder.Services.AddSingleton<DeleteConversation>();
    }
}
