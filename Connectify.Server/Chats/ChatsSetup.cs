using Connectify.Server.Messages;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Connectify.Server.Chats;

internal static class ChatsSetup
{
    public static void AddChats(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<MessageQueries>();
        builder.Services.AddSingleton<ChatOverviews>();
    }
}
