using System.Globalization;
using Connectify.Benchmarks.World;
using Microsoft.AspNetCore.SignalR;

namespace Connectify.Benchmarks.Servers;

/// <summary>What somebody would write first: a SignalR hub, one INSERT per message, then <c>Clients.Group(…).SendAsync</c>.</summary>
internal static class PlainServer
{
    public static void Map(WebApplication app, IStore store)
    {
        app.MapHub<PlainHub>("/hub");
        app.MapPost("/chats/{chat:long}/messages", async (long chat, HttpRequest request, IHubContext<PlainHub> hub, Draft draft) =>
        {
            var token = request.Headers.Authorization.ToString();
            if (Tokens.UserOf(token["Bearer ".Length..]) is not { } user || !await store.IsMember(chat, user)) return Results.Unauthorized();
            var message = await Message.Store(store, chat, user, draft.Content);
            await hub.Clients.Group(PlainHub.GroupOf(chat)).SendAsync("message", message);
            return Results.Json(message, statusCode: 201);
        });
    }

    internal sealed record Draft(string Content);
}

internal sealed class PlainHub(IStore store) : Hub
{
    public static string GroupOf(long chat) => chat.ToString(CultureInfo.InvariantCulture);

    public override async Task OnConnectedAsync()
    {
        var query = Context.GetHttpContext()!.Request.Query;
        var chat = long.Parse(query["chat"]!, CultureInfo.InvariantCulture);
        if (Tokens.UserOf(query["access_token"]) is not { } user || !await store.IsMember(chat, user))
        {
            Context.Abort();
            return;
        }

        Context.Items["who"] = (chat, user);
        await Groups.AddToGroupAsync(Context.ConnectionId, GroupOf(chat));
        await Clients.Caller.SendAsync("hello");
    }

    public async Task Send(string content)
    {
        var (chat, user) = ((long, long))Context.Items["who"]!;
        await Clients.Group(GroupOf(chat)).SendAsync("message", await Message.Store(store, chat, user, content));
    }
}

/// <summary>A message as the comparison servers send it.</summary>
internal sealed record Message(long Id, long ChatId, long SenderId, string Content, long CreatedAt)
{
    public static async Task<Message> Store(IStore store, long chat, long sender, string content)
    {
        var at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return new Message(await store.Add(chat, sender, content, at), chat, sender, content, at);
    }
}
