using Connectify.Server.Hosting;

namespace Connectify.Server.Messages.Sending;

/// <summary>The message that a chat may be created with.</summary>
internal static class InitialMessage
{
    private const string Field = "initial_message";

    /// <summary>Reads it; null where there is none. What is wrong with it, <paramref name="fields"/> know then.</summary>
    public static string? Read(Fields fields, MessagingSettings settings)
    {
        var content = fields.Text(Field, int.MaxValue);
        if (string.IsNullOrEmpty(content)) return null;
        if (MessageRules.WhyNotContent(content, hasFiles: false, settings) is { } rejection) fields.AddError(Field, rejection.Detail);
        return content;
    }

    /// <summary>Stores it as the first change of a chat that was made in the same transaction.</summary>
    public static async Task Store(
        Transaction transaction, ChatRef chat, long senderId, string? content, Timestamp now, CancellationToken cancellation)
    {
        if (content is null) return;
        var message = new NewMessage { Chat = chat, Seq = 1, SenderId = senderId, Content = content, At = now };
        await message.Insert(transaction, cancellation);
    }
}
