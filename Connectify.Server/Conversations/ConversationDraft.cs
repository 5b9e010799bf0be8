using Connectify.Server.Hosting;

namespace Connectify.Server.Conversations;

/// <summary>A conversation to be created.</summary>
internal sealed record ConversationDraft(long ParticipantId, long OrganizationId, string? InitialMessage)
{
    public static Outcome<ConversationDraft> From(Fields fields, MessagingSettings settings)
    {
        var draft = new ConversationDraft(
            fields.RequiredId("participant_id"), fields.RequiredId("organization_id"), Messages.Sending.InitialMessage.Read(fields, settings));
        return fields.Rejection is { } rejection ? rejection : draft;
    }
}
