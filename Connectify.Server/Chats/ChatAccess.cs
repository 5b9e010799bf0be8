namespace Connectify.Server.Chats;

/// <summary>What one user may do in one chat, at one moment.</summary>
internal record ChatAccess
{
    /// <summary>
    /// The columns of this record. To be used with <see cref="Tables"/> and the parameter <c>@me</c>. An
    /// inner join on the caller's organizations: a chat of any other is as if it did not exist.
    /// </summary>
    public const string Columns = """
        om.user_id, c.id AS chat_id, c.kind, c.organization_id, c.last_seq, c.access_version, cm.role,
        (cm.user_id IS NOT NULL) AS is_member,
        EXISTS (SELECT 1 FROM blocks b WHERE c.kind = 'conversation' AND b.organization_id = c.organization_id AND b.blocker_id = om.user_id
            AND b.blocked_id = c.low_user_id + c.high_user_id - om.user_id) AS has_blocked,
        EXISTS (SELECT 1 FROM blocks b WHERE c.kind = 'conversation' AND b.organization_id = c.organization_id AND b.blocked_id = om.user_id
            AND b.blocker_id = c.low_user_id + c.high_user_id - om.user_id) AS is_blocked
        """;

    /// <summary>Where <see cref="Columns"/> come from.</summary>
    public const string Tables = """
        chats c
        JOIN organization_members om ON om.organization_id = c.organization_id AND om.user_id = @me
        LEFT JOIN chat_members cm ON cm.chat_id = c.id AND cm.user_id = @me AND cm.left_at IS NULL
        """;

    /// <summary>Whether in the conversation <c>c</c> either blocks the other. In a group a block changes nothing.</summary>
    public const string HasBlock = """
        EXISTS (SELECT 1 FROM blocks b WHERE c.kind = 'conversation' AND b.organization_id = c.organization_id
            AND b.blocker_id IN (c.low_user_id, c.high_user_id) AND b.blocked_id IN (c.low_user_id, c.high_user_id))
        """;

    public long UserId { get; init; }

    public long ChatId { get; init; }

    public string Kind { get; init; } = "";

    public long OrganizationId { get; init; }

    /// <summary>The chat's count of changes.</summary>
    public long LastSeq { get; init; }

    /// <summary>The chat's count of removals.</summary>
    public long AccessVersion { get; init; }

    /// <summary>admin or member; null for an outsider.</summary>
    public string? Role { get; init; }

    public bool IsMember { get; init; }

    public bool IsAdmin => Role == "admin";

    /// <summary>In a conversation: the caller has blocked the other.</summary>
    public bool HasBlocked { get; init; }

    /// <summary>In a conversation: the other has blocked the caller.</summary>
    public bool IsBlocked { get; init; }

    public ChatRef Chat => ChatRef.Of(Kind, ChatId);

    /// <summary>Why the user may not read; null if allowed.</summary>
    public Rejection? WhyNotRead() => IsMember ? null : ChatRejections.NotIn(Chat.Kind);

    /// <summary>Why the user may not write; null for a member without a block in the conversation.</summary>
    public Rejection? WhyNotWrite()
    {
        if (WhyNotRead() is { } rejection) return rejection;
        if (IsBlocked) return ChatRejections.BlockedByUser;
        return HasBlocked ? ChatRejections.UserBlocked : null;
    }

    /// <summary>The access of <paramref name="userId"/>. 404: no such chat in the user's organizations. 403: not a member.</summary>
    public static async Task<Outcome<ChatAccess>> Find(Sql sql, long userId, ChatRef chat, CancellationToken cancellation)
    {
        var access = await sql.FirstOrDefault<ChatAccess>(
            $"SELECT {Columns} FROM {Tables} WHERE c.id = @chatId AND c.kind = @kind AND c.is_active",
            new { me = userId, chatId = chat.Id, kind = chat.KindName },
            cancellation);
        return Checked(access, chat.Kind);
    }

    /// <summary>The access of one user to several chats, by id; a chat that isn't named is not there for him.</summary>
    public static async Task<Dictionary<long, ChatAccess>> FindMany(Sql sql, long userId, long[] chatIds, CancellationToken cancellation)
        => chatIds.Length == 0 ? [] : (await sql.Query<ChatAccess>(
            $"SELECT {Columns} FROM {Tables} WHERE c.id = ANY(@chatIds) AND c.is_active",
            new { me = userId, chatIds },
            cancellation)).ToDictionary(access => access.ChatId);

    /// <summary>The access of several users to one chat. A user without an entry has none (404).</summary>
    public static async Task<Dictionary<long, ChatAccess>> FindAll(Sql sql, long[] userIds, ChatRef chat, CancellationToken cancellation)
        => (await sql.Query<ChatAccess>(
            $"""
            SELECT {Columns}
            FROM chats c
            JOIN organization_members om ON om.organization_id = c.organization_id AND om.user_id = ANY(@userIds)
            LEFT JOIN chat_members cm ON cm.chat_id = c.id AND cm.user_id = om.user_id AND cm.left_at IS NULL
            WHERE c.id = @chatId AND c.kind = @kind AND c.is_active
            """,
            new { userIds, chatId = chat.Id, kind = chat.KindName },
            cancellation)).ToDictionary(access => access.UserId);

    /// <summary>As <see cref="Find"/>, with the chat's row locked until the transaction ends.</summary>
    public static Task<Outcome<ChatAccess>> Lock(Transaction transaction, long userId, ChatRef chat, CancellationToken cancellation)
        => transaction.QueryMultiple<Outcome<ChatAccess>>(
            // Two statements: the second sees what was committed while the first waited for the lock.
            $"""
            SELECT id FROM chats WHERE id = @chatId FOR NO KEY UPDATE;
            SELECT {Columns} FROM {Tables} WHERE c.id = @chatId AND c.kind = @kind AND c.is_active
            """,
            new { me = userId, chatId = chat.Id, kind = chat.KindName },
            async grid =>
            {
                await grid.ReadAsync<long>();
                return Checked(await grid.ReadFirstOrDefaultAsync<ChatAccess>(), chat.Kind);
            },
            cancellation);

    /// <summary>404 without an access, 403 for a non-member.</summary>
    public static Outcome<ChatAccess> Checked(ChatAccess? access, ChatKind kind)
    {
        if (access is null) return ChatRejections.NotFound(kind);
        return access.WhyNotRead() is { } rejection ? rejection : access;
    }
}
