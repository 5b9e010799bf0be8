using System.Text.Json;
using Connectify.Protocol;
using Connectify.Server.Authentication;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.Extensions.Caching.Memory;

namespace Connectify.Server.Realtime.Endpoints;

/// <summary>
/// Whose the connections over server-sent events and long polling are. SignalR takes a request for a connection from anybody
/// with a good token who knows its id; here only its user, who negotiated it, may send to it, poll it and end it.
/// </summary>
/// <remarks>Kept by each node: these transports need the node that negotiated them anyway.</remarks>
internal sealed class NegotiatedConnections : IDisposable
{
    private const int MaxKept = 100_000;

    // Far longer than a client may be silent: over server-sent events it pings every 15 s, and a poll lasts at most 90 s.
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    private static readonly Rejection Foreign = Rejection.Forbidden("foreign_connection", "This connection belongs to another user");
    private static readonly Rejection Unknown = Rejection.NotFound("not_found", "No such connection");

    private readonly MemoryCache _users = new(new MemoryCacheOptions { SizeLimit = MaxKept });

    /// <summary>Guards an endpoint of the hub; authorization comes before.</summary>
    public void Guard(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } serve) return;
        endpoint.RequestDelegate = endpoint.Metadata.OfType<NegotiateMetadata>().Any()
            ? context => Negotiate(context, serve)
            : context => WhyNot(context) is { } rejection ? Rejected.Write(context.Response, rejection) : serve(context);
    }

    public void Dispose() => _users.Dispose();

    private Rejection? WhyNot(HttpContext context)
    {
        var id = context.Request.Query["id"].ToString();
        if (id.Length == 0) return null;
        if (_users.TryGetValue(id, out long userId)) return userId == Caller.Of(context).UserId ? null : Foreign;

        // A WebSocket needs no negotiation, and may come to another node.
        return Handshake.IsAsked(context) ? null : Unknown;
    }

    // SignalR makes the id and writes it into its answer.
    private async Task Negotiate(HttpContext context, RequestDelegate serve)
    {
        var body = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        try
        {
            await serve(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        if (context.Response.StatusCode == StatusCodes.Status200OK && IdIn(answer) is { } id)
        {
            _users.Set(id, Caller.Of(context).UserId, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = KeptFor });
        }

        await body.WriteAsync(answer.GetBuffer().AsMemory(0, (int)answer.Length), context.RequestAborted);
    }

    // The token is the id that requests carry. The first version of the protocol has only a connectionId, and it is that.
    private static string? IdIn(MemoryStream answer)
    {
        using var document = JsonDocument.Parse(answer.GetBuffer().AsMemory(0, (int)answer.Length));
        return document.RootElement.TryGetProperty("connectionToken", out var id) || document.RootElement.TryGetProperty("connectionId", out id)
            ? id.GetString()
            : null;
    }
}
