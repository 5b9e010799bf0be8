using Connectify.Protocol;
using Connectify.Server.Realtime.Connections;
using Microsoft.AspNetCore.SignalR;

namespace Connectify.Server.Realtime.Hub;

/// <summary>
/// Around every hub method: what naming many chats costs, and what becomes of a no. A plain socket gets an
/// <c>error</c> frame and stays open, a SignalR client a <see cref="HubException"/> with the same sentence.
/// </summary>
internal sealed class ChatHubFilter(ConnectionStore connections, ILogger<ChatHub> log) : IHubFilter
{
    private const int ChatsPerToken = 50;

    private static readonly Rejection Failure = new(StatusCodes.Status500InternalServerError, "internal_error", "Something went wrong");

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (!connections.TryGet(invocation.Context.ConnectionId, out var client)) throw new HubException("The connection has ended");
        var frame = invocation.HubMethodArguments.OfType<ClientFrame>().FirstOrDefault();
        try
        {
            if (frame is ManyChatsFrame { Problem: null } many) ChargeFor(many.Chats.Count, client);
            if (frame?.Problem is { } problem) throw new RejectedException(Rejection.BadRequest(problem.Code, problem.Detail));
            return await next(invocation);
        }
        catch (OperationCanceledException) when (invocation.Context.ConnectionAborted.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is not HubException)
        {
            client.Refuse(RejectionFor(e, invocation.HubMethodName, log), (frame as SendFrame)?.ClientMessageId);
            return null;
        }
    }

    // One for every 50 chats; the first was taken as the frame came in.
    private static void ChargeFor(int chats, ClientConnection client)
    {
        var rest = ((chats + ChatsPerToken - 1) / ChatsPerToken) - 1;
        if (rest <= 0 || client.Limit.TryAcquire(out var retryAfter, out var isFlooding, rest)) return;
        if (isFlooding) client.Close(CloseCodes.PolicyViolation, "flooding");
        throw new RejectedException(SocketRejections.RateLimited(retryAfter));
    }

    /// <summary>Answers failures to the caller, and logs what the answer leaves out.</summary>
    public static Rejection RejectionFor(Exception exception, string method, ILogger log)
    {
        if (exception is RejectedException rejected) return rejected.Rejection;
        if (exception.IsDatabaseUnavailable())
        {
            // A known outage is in the log already.
            var level = exception is DatabaseUnavailableException { AlreadyLogged: true } ? LogLevel.Debug : LogLevel.Warning;
            log.Log(level, "{Method} met no database: {Reason}", method, exception.Reason());
            return Rejection.DatabaseUnavailable;
        }

        log.LogError(exception, "{Method} failed", method);
        return Failure;
    }
}
