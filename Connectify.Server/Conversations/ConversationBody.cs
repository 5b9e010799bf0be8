using Connectify.Server.ApiDocs;

namespace Connectify.Server.Conversations;

/// <summary>A conversation to be.</summary>
/// <param name="ParticipantId">The other participant's user id.</param>
/// <param name="OrganizationId">The organization; both participants must belong to it.</param>
/// <param name="InitialMessage">The first message; none if absent.</param>
[Example("""{"participant_id": 2, "organization_id": 1, "initial_message": "Hello, let's chat!"}""")]
internal sealed record ConversationBody(long ParticipantId, long OrganizationId, string? InitialMessage = null) : IBody<ConversationBody>
{
    public static ConversationBody Read(Fields fields) => new(
        fields.RequiredId("participant_id"), fields.RequiredId("organization_id"), Messages.Sending.InitialMessage.Read(fields));
}
