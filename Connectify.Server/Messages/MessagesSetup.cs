using Connectify.Server.Messages.History;
using Connectify.Server.Messages.Reads;
using Connectify.Server.Messages.Sending;

namespace Connectify.Server.Messages;

internal static class MessagesSetup
{
    public static void AddMessages(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<MessageQueries>();
        builder.Services.AddSingleton<ChatHistory>();
        builder.Services.AddSingleton<ChatOverviews>();
        builder.Services.AddSingleton<StoreMessage>();
        builder.Services.AddSingleton<BatchStore>();
        builder.Services.AddSingleton<ChatLanes>();
        builder.Services.AddSingleton<PublishStored>();
        builder.Services.AddSingleton<WriteLoop>();
        builder.Services.AddSingleton<MessageWriteQueue>();
        builder.Services.AddSingleton<SendMessage>();
        builder.Services.AddSingleton<SendOverRest>();
        builder.Services.AddSingleton<ListMessages>();
        builder.Services.AddSingleton<EditMessage>();
        builder.Services.AddSingleton<DeleteMessage>();
        builder.Services.AddSingleton<ReactToMessage>();
        builder.Services.AddSingleton<MarkRead>();
        builder.Services.AddSingleton<MessageCountBlocks>();
        builder.Services.AddSingleton<UnreadCounts>();
        builder.Services.AddHostedService(services => services.GetRequiredService<MessageCountBlocks>());
    }
}
