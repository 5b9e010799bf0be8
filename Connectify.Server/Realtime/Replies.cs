using System.Globalization;
using System.Text.Json.Serialization;
using Connectify.Server.Accounts;

namespace Connectify.Server.Realtime;

/// <summary>The answer to a ping.</summary>
internal sealed record PongReply(Timestamp Timestamp, string ClientId)
{
    public static PongReply For(Caller caller)
        => new(Timestamp.Now, string.Create(CultureInfo.InvariantCulture, $"{caller.Username}_{caller.UserId}"));
}

/// <summary>The answer to a join.</summary>
internal sealed class JoinReply
{
    public long Seq { get; private set; }

    public bool Resumed { get; private set; }

    [JsonIgnore]
    public Action Written { get; private set; } = () => { };

    public void Starts(FeedStart start) => (Seq, Resumed) = (start.Seq, start.IsResumed);
}

/// <summary>A rejection on its way out of a hub method.</summary>
internal sealed class RejectedException(Rejection rejection) : Exception(rejection.Detail)
{
    public Rejection Rejection => rejection;
}
