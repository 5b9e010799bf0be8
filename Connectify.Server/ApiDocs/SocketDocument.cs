using System.Text.Json.Nodes;
using static Connectify.Server.ApiDocs.SocketSchemas;

namespace Connectify.Server.ApiDocs;

/// <summary>The socket protocol in AsyncAPI 3.0.</summary>
internal static class SocketDocument
{
    private const string Description = """
        Plain WebSockets that carry one JSON object a text frame; every frame has a `type`. Ignore types and fields that you
        don't know. Durable changes carry `seq`, the chat's count of changes: each takes the next number, the same for
        everybody; keep the highest one seen and connect with `?since={seq}` to be told what was missed, in order and before
        anything new. A SignalR hub at `/hubs/chat` has the same frames as methods. The REST API is described by
        [/openapi/v1.json](/openapi/v1.json).

        The upgrade is accepted and then closed with a code, so that a browser sees it:

        | code | when | reconnect? |
        | --- | --- | --- |
        | 4003 | token missing, bad or expired (also while connected), account not active | with a new token |
        | 4004 | no such chat, not a member, removed from it, chat deleted | no |
        | 1001 | the server shuts down | yes |
        | 1000 | answer to the client's own close | |
        | 1008 | flooding for 10 s, or more connections than one user may have | later |
        | 1009, 1003 | a message over 64 KiB; a binary frame | |
        | 1002, 1007 | a violation of RFC 6455; text that is not UTF-8 | |
        | 1011 | something went wrong here: the database is away, or more was missed at once than can be told | yes |
        | 1013, or a plain cut | the client read too slowly | yes, with since |

        Three refusals with 4003 or 4004 within a minute for one address, path and token, and the next upgrades are refused
        by HTTP (401, 403) until the minute is over. A page of an origin that is not allowed is refused with 403.
        """;

    /// <param name="rest">The description of the REST API, whose schemas the frames share.</param>
    public static JsonObject From(JsonObject rest)
    {
        var schemas = rest["components"]!["schemas"]!.AsObject();
        var incoming = SocketFrameTable.FromClients();
        var outgoing = SocketFrameTable.FromServer(schemas["Message"]!.AsObject());
        var channels = new JsonObject
        {
            ["conversation"] = Channel("One conversation.", "conversations/{id}/", Sockets.Conversation, incoming, outgoing),
            ["group_chat"] = Channel("One group chat.", "group-chats/{id}/", Sockets.Group, incoming, outgoing),
            ["inbox"] = Channel(
                "All chats of the user. Chats come and go by themselves; each client frame names its chat.", "", Sockets.All, incoming, outgoing),
        };
        return new JsonObject
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Connectify's sockets", ["version"] = "1", ["description"] = Description },
            ["defaultContentType"] = "application/json",
            ["servers"] = Servers(),
            ["channels"] = channels,
            ["operations"] = new JsonObject(channels.SelectMany(channel => Operations(channel.Key, channel.Value!["messages"]!.AsObject()))),
            ["components"] = new JsonObject
            {
                ["messages"] = new JsonObject([.. incoming.Select(frame => Message("client", frame)), .. outgoing.Select(frame => Message("server", frame))]),
                ["schemas"] = new JsonObject(Shared.Select(name => KeyValuePair.Create(name, schemas[name]?.DeepClone()))),
                ["securitySchemes"] = Security(),
            },
        };
    }

    private static readonly string[] Shared = ["Message", "User", "Attachment", "ReactionCount"];

    private static JsonObject Servers() => new()
    {
        ["this"] = new JsonObject
        {
            ["host"] = "{host}",
            ["protocol"] = "ws",
            ["description"] = "The server that answered; wss where it is behind TLS.",
            ["variables"] = new JsonObject { ["host"] = new JsonObject { ["default"] = "localhost:5080" } },
            ["security"] = new JsonArray(
                Reference("securitySchemes", "token"), Reference("securitySchemes", "bearer"), Reference("securitySchemes", "subprotocol")),
        },
    };

    private static JsonObject Security() => new()
    {
        ["token"] = new JsonObject { ["type"] = "httpApiKey", ["in"] = "query", ["name"] = "token", ["description"] = "The token of a login, in the URL." },
        ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["bearerFormat"] = "JWT", ["description"] = "Or in the header Authorization." },
        ["subprotocol"] = new JsonObject
        {
            ["type"] = "httpApiKey",
            ["in"] = "header",
            ["name"] = "Sec-WebSocket-Protocol",
            ["description"] = "Or as a subprotocol: bearer, then the token.",
        },
    };

    private static JsonObject Channel(string title, string path, Sockets socket, DescribedFrame[] incoming, DescribedFrame[] outgoing)
    {
        var messages = incoming.Where(frame => frame.On.HasFlag(socket)).Select(frame => $"client_{frame.Name}")
            .Concat(outgoing.Where(frame => frame.On.HasFlag(socket)).Select(frame => $"server_{frame.Name}"));
        var query = new JsonObject { ["token"] = Query("string", "The token of a login.") };
        if (socket != Sockets.All) query["since"] = Query("integer", "The last change one has seen: what came after it is replayed.");
        query["format"] = Query("string", "flat: new messages as chat_message.");
        var channel = new JsonObject
        {
            ["address"] = $"/ws/messaging/{path}",
            ["description"] = title,
            ["messages"] = new JsonObject(messages.Select(name => KeyValuePair.Create(name, (JsonNode?)Reference("messages", name)))),
            ["bindings"] = new JsonObject
            {
                ["ws"] = new JsonObject { ["method"] = "GET", ["query"] = new JsonObject { ["type"] = "object", ["properties"] = query } },
            },
        };
        if (socket != Sockets.All) channel["parameters"] = new JsonObject { ["id"] = new JsonObject { ["description"] = "The chat's id." } };
        return channel;
    }

    private static JsonObject Query(string type, string description) => new() { ["type"] = type, ["description"] = description };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Operations(string channel, JsonObject messages)
    {
        yield return Operation("receive", "client_");
        yield return Operation("send", "server_");

        KeyValuePair<string, JsonNode?> Operation(string action, string prefix) => KeyValuePair.Create($"{action}_{channel}", (JsonNode?)new JsonObject
        {
            ["action"] = action,
            ["channel"] = new JsonObject { ["$ref"] = $"#/channels/{channel}" },
            ["messages"] = new JsonArray([.. messages.Where(message => message.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(message => (JsonNode)new JsonObject { ["$ref"] = $"#/channels/{channel}/messages/{message.Key}" })]),
        });
    }

    private static KeyValuePair<string, JsonNode?> Message(string from, DescribedFrame frame)
        => KeyValuePair.Create($"{from}_{frame.Name}", (JsonNode?)new JsonObject
        {
            ["name"] = frame.Name,
            ["summary"] = frame.Summary,
            ["payload"] = frame.Schema,
        });
}
