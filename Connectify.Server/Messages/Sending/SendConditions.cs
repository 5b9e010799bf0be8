namespace Connectify.Server.Messages.Sending;

/// <summary>
/// When a send may be stored without a closer look, in SQL that both message writers splice into their own. <c>c</c> is
/// the chat's row. <see cref="StoreMessage"/> judges the rest, and says why not.
/// </summary>
/// <remarks>
/// Each condition is a subquery for one row. PostgreSQL may turn EXISTS into a scan where a plan was made on empty tables.
/// </remarks>
internal static class SendConditions
{
    /// <summary>Neither of a conversation's two blocks the other; in a group a block changes nothing.</summary>
    private const string NotBlocked = """
        (c.kind = 'group' OR (SELECT true FROM blocks b WHERE b.organization_id = c.organization_id
            AND b.blocker_id IN (c.low_user_id, c.high_user_id) AND b.blocked_id IN (c.low_user_id, c.high_user_id) LIMIT 1) IS NULL)
        """;

    /// <summary>All of them.</summary>
    /// <param name="sender">Each parameter is the SQL of a value: of the user who sends,</param>
    /// <param name="replyTo">the message replied to, or null,</param>
    /// <param name="clientMessageId">the send's own id, or null,</param>
    /// <param name="dualKey">what a second copy shares with it, or null,</param>
    /// <param name="otherVia">the way by which that copy comes,</param>
    /// <param name="since">when the other copy was stored at the earliest.</param>
    public static string CanInsert(string sender, string replyTo, string clientMessageId, string dualKey, string otherVia, string since) => $"""
        (SELECT true FROM current_chat_members m WHERE m.chat_id = c.id AND m.user_id = {sender})
        AND {NotBlocked}
        AND ({replyTo} IS NULL OR
            (SELECT true FROM messages r WHERE r.id = {replyTo} AND r.chat_id = c.id AND r.deleted_at IS NULL))
        AND {IsNewSend(sender, clientMessageId, dualKey, otherVia, since)}
        """;

    private static string IsNewSend(string sender, string clientMessageId, string dualKey, string otherVia, string since) => $"""
        ({clientMessageId} IS NULL OR
            (SELECT true FROM messages m WHERE m.chat_id = c.id AND m.sender_id = {sender} AND m.client_message_id = {clientMessageId}) IS NULL)
        AND ({dualKey} IS NULL OR
            (SELECT true FROM messages m WHERE m.chat_id = c.id AND m.dual_key = {dualKey} AND m.dual_via = {otherVia}
                AND m.sender_id = {sender} AND m.created_at >= {since} LIMIT 1) IS NULL)
        """;
}
