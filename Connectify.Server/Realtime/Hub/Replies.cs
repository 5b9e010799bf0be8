using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Connectify.Protocol;
using Connectify.Server.Authentication;
using Connectify.Server.Realtime.Feeds;

namespace Connectify.Server.Realtime.Hub;

/// <summary>The answer to a ping.</summary>
internal sealed record PongReply(Timestamp Timestamp, string ClientId)
{
    public static PongReply For(Caller caller)
        => new(Timestamp.Now, string.Create(CultureInfo.InvariantCulture, $"{caller.Username}_{caller.UserId}"));
}

/// <summary>An answer after which what was missed is sent.</summary>
internal interface IJoinReply
{
    /// <summary>Called when the reply is on its way.</summary>
    Action Written { get; }
}

/// <summary>The answer to a join.</summary>
internal sealed record JoinReply(long Seq, bool Resumed) : IJoinReply
{
    [JsonIgnore]
    public Action Written { get; init; } = () => { };
}

/// <summary>The answer to a join of many chats: one entry for each, in the order of the call.</summary>
internal sealed class JoinManyReply(IList<JoinResult> results) : ReadOnlyCollection<JoinResult>(results), IJoinReply
{
    public Action Written { get; init; } = () => { };
}

/// <summary>What became of one chat: where it stands, or why it is refused.</summary>
[JsonConverter(typeof(JoinResultConverter))]
internal sealed record JoinResult(ChatName? Chat, FeedStart? Start, Rejection? Rejection);

/// <summary>Writes <c>{chat, seq, resumed}</c> or <c>{chat, code, detail}</c>.</summary>
internal sealed class JoinResultConverter : JsonConverter<JoinResult>
{
    public override JoinResult Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, JoinResult value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Chat?.ConversationId is { } conversation) writer.WriteNumber("conversation_id", conversation);
        if (value.Chat?.GroupChatId is { } group) writer.WriteNumber("group_chat_id", group);
        if (value.Start is { } start)
        {
            writer.WriteNumber("seq", start.Seq);
            writer.WriteBoolean("resumed", start.IsResumed);
        }

        if (value.Rejection is { } rejection)
        {
            writer.WriteString("code", rejection.Code);
            writer.WriteString("detail", rejection.Detail);
        }

        writer.WriteEndObject();
    }
}

/// <summary>A rejection on its way out of a hub method.</summary>
internal sealed class RejectedException(Rejection rejection) : Exception(rejection.Detail)
{
    public Rejection Rejection => rejection;
}
