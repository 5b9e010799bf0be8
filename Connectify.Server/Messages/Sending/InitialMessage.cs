using Connectify.Server.Hosting;

namespace Connectify.Server.Messages.Sending;

/// <summary>The message that a chat may be created with.</summary>
internal static class InitialMessage
{
    private const string Field = "initial_message";

    /// <summary>Reads it; null where there is none.</summary>
    public static string? Read(Fields fields) => fields.Text(Field, int.MaxValue) is { Length: > 0 } content ? content : null;

    /// <returns>null when there is none, or it can be stored.</returns>
    public static Rejection? WhyNot(string? content, MessagingSettings settings)
        => content is not null && MessageRules.WhyNotContent(content, hasFiles: false, settings) is { } rejection
            ? Rejection.Field(Field, "invalid", rejection.Detail)
            : null;

    /// <summary>Stores it as the first change of a chat that was made in the same transaction.</summary>
    public static async Task Store(
        Transaction transaction, ChatRef chat, long senderId, string? content, Timestamp now, CancellationToken cancellation)
    {
        if (content is null) return;
        var message = new NewMessage { Chat = chat, Seq = 1, SenderId = senderId, Content = content, At = now };
        await message.Insert(transaction, cancellation);
    }
}
