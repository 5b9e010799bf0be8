using System.Globalization;
using System.Text.Json.Serialization;
using Connectify.Server.Authentication;

namespace Connectify.Server.Realtime.Hub;

/// <summary>The answer to a ping.</summary>
internal sealed record PongReply(Timestamp Timestamp, string ClientId)
{
    public static PongReply For(Caller caller)
        => new(Timestamp.Now, string.Create(CultureInfo.InvariantCulture, $"{caller.Username}_{caller.UserId}"));
}

/// <summary>The answer to a join.</summary>
internal sealed record JoinReply(long Seq, bool Resumed)
{
    /// <summary>Called when the reply is on its way.</summary>
    [JsonIgnore]
    public Action Written { get; init; } = () => { };
}

/// <summary>A rejection on its way out of a hub method.</summary>
internal sealed class RejectedException(Rejection rejection) : Exception(rejection.Detail)
{
    public Rejection Rejection => rejection;
}
