namespace Connectify.Server.Accounts;

/// <summary>The writes that several use cases make to bring an account about.</summary>
internal static class AccountRepository
{
    public static Rejection UserNotFound { get; } = Rejection.NotFound("user_not_found", "User not found");

    public static Rejection EmailTaken { get; } = Rejection.Field("email", "email_in_use", "Email already in use");

    public static Rejection UsernameTaken { get; } = Rejection.Field("username", "username_in_use", "Username already in use");

    /// <summary>Which of the two names is in use, the e-mail address first; null: neither.</summary>
    public static async Task<Rejection?> WhyNotAvailable(Sql sql, AccountDraft draft, CancellationToken cancellation)
    {
        var taken = await sql.Query<bool>(
            """
            SELECT email_key = @EmailKey AS by_email FROM users
            WHERE email_key = @EmailKey OR username_key = @UsernameKey
            """,
            draft,
            cancellation);
        return taken.Count == 0 ? null : taken.Contains(true) ? EmailTaken : UsernameTaken;
    }

    /// <returns>The new account's id; a rejection where somebody else was faster.</returns>
    public static async Task<Outcome<long>> Insert(
        Transaction transaction, AccountDraft draft, string passwordHash, string status, bool isSuperuser, Timestamp now,
        CancellationToken cancellation)
    {
        var id = await transaction.FirstOrDefault<long?>(
            """
            INSERT INTO users (username, username_key, email, email_key, search_key, password_hash, first_name, last_name,
                status, is_superuser, created_at, updated_at)
            VALUES (@Username, @UsernameKey, @Email, @EmailKey, @SearchKey, @passwordHash, @FirstName, @LastName,
                @status, @isSuperuser, @now, @now)
            ON CONFLICT DO NOTHING
            RETURNING id
            """,
            new
            {
                draft.Username,
                draft.UsernameKey,
                draft.Email,
                draft.EmailKey,
                draft.SearchKey,
                draft.FirstName,
                draft.LastName,
                passwordHash,
                status,
                isSuperuser,
                now,
            },
            cancellation);
        return id is null ? await WhyNotAvailable(transaction, draft, cancellation) ?? UsernameTaken : id.Value;
    }

    /// <returns>Whether he was no member before.</returns>
    public static async Task<bool> Join(
        Transaction transaction, long organizationId, long userId, string role, CancellationToken cancellation)
        => await transaction.Execute(
            $"""
            INSERT INTO organization_members (organization_id, user_id, role, joined_at)
            VALUES (@organizationId, @userId, @role, {Dialect.Now})
            ON CONFLICT DO NOTHING
            """,
            new { organizationId, userId, role },
            cancellation) > 0;
}
