using Connectify.Server.Authentication;

namespace Connectify.Server.Accounts;

/// <summary>A user name or an e-mail address, and the password that goes with it.</summary>
internal sealed record Credentials(string? Username, string? Email, string Password)
{
    public static Credentials Read(Fields fields)
    {
        var username = fields.Text("username", AccountRules.MaxEmail);
        var email = fields.Text("email", AccountRules.MaxEmail);
        if (string.IsNullOrEmpty(username) && string.IsNullOrEmpty(email)) fields.AddError("username", "A username or an email is required");
        return new Credentials(username, email, fields.RequiredText("password", 1_000));
    }

    /// <summary>Who is meant, as typed.</summary>
    public string Key => AccountRules.Key(string.IsNullOrEmpty(Username) ? Email ?? "" : Username);
}

/// <summary>Opens a session for whoever knows an account's password.</summary>
internal sealed class Login(Database database, Passwords passwords, Sessions sessions, AccessTokens tokens)
{
    private static readonly Rejection InvalidCredentials
        = new(StatusCodes.Status401Unauthorized, "invalid_credentials", "Invalid credentials");

    public static Rejection Deactivated { get; } = Rejection.Forbidden("account_deactivated", "Your account is deactivated");

    /// <param name="given">Who, and the password.</param>
    /// <param name="limit">Counts an attempt on an account, by its name however it was called.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<Outcome<SignedIn>> Run(Credentials given, Func<string, Rejection?> limit, CancellationToken cancellation)
    {
        // Either field is only ever compared with its own column: a user name may look like somebody's e-mail address.
        var known = await database.FirstOrDefault<Known>(
            string.IsNullOrEmpty(given.Username)
                ? "SELECT id, username_key, password_hash FROM users WHERE email_key = @Key"
                : "SELECT id, username_key, password_hash FROM users WHERE username_key = @Key",
            new { given.Key },
            cancellation);
        if (limit(known?.UsernameKey ?? given.Key) is { } tooOften) return tooOften;
        if (!await passwords.Verify(known?.PasswordHash, given.Password, cancellation) || known is null) return InvalidCredentials;

        return await database.WriteOrReject<SignedIn>(
            async transaction =>
            {
                // Locked and compared anew: a password changed since must not leave this login open behind it.
                var status = await transaction.FirstOrDefault<string>(
                    "SELECT status FROM users WHERE id = @Id AND password_hash = @PasswordHash FOR NO KEY UPDATE", known, cancellation);
                if (status is null) return InvalidCredentials;
                if (status == Statuses.Deactivated) return Deactivated;
                var session = await sessions.Open(transaction, known.Id, Timestamp.Now, cancellation);
                var account = await SignedIn.Read(transaction, known.Id, cancellation);
                return account with { Token = tokens.Issue(known.Id, account.Username, session.Id), RefreshToken = session.RefreshToken };
            },
            cancellation);
    }

    private sealed class Known
    {
        public long Id { get; init; }

        public string UsernameKey { get; init; } = "";

        public string PasswordHash { get; init; } = "";
    }
}
