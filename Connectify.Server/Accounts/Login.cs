using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;

namespace Connectify.Server.Accounts;

/// <summary>A user name or an e-mail address, and the password that goes with it.</summary>
internal sealed record Credentials(string? Username, string? Email, string Password)
{
    public static Credentials Read(Fields fields)
    {
        var username = AccountRules.Trimmed(fields.Text("username", AccountRules.MaxRead));
        var email = AccountRules.Trimmed(fields.Text("email", AccountRules.MaxRead));
        if (string.IsNullOrEmpty(username) && string.IsNullOrEmpty(email)) fields.AddError("username", "A username or an email is required");
        return new Credentials(username, email, fields.RequiredText("password", 1_000));
    }

    /// <summary>Who is meant, as typed.</summary>
    public string Key => AccountRules.Key(string.IsNullOrEmpty(Username) ? Email ?? "" : Username);
}

/// <summary>Opens a session for whoever knows an account's password.</summary>
internal sealed class Login(Database database, PasswordCheck passwords, Sessions sessions, AccessTokens tokens, SecurityLog security)
{
    private static readonly Rejection InvalidCredentials
        = new(StatusCodes.Status401Unauthorized, "invalid_credentials", "Invalid credentials");

    public static Rejection Deactivated { get; } = Rejection.Forbidden("account_deactivated", "Your account is deactivated");

    /// <remarks>
    /// The stored hash may be replaced while the password is compared with it, by a new password or by the renewal of another
    /// login at once: then it is compared once more, with what is stored now.
    /// </remarks>
    public async Task<Outcome<SignedIn>> Run(Credentials given, RemoteClient client, CancellationToken cancellation)
        => await Try(given, client, cancellation) ?? await Try(given, client, cancellation) ?? InvalidCredentials;

    /// <returns>null: the hash was replaced meanwhile.</returns>
    private async Task<Outcome<SignedIn>?> Try(Credentials given, RemoteClient client, CancellationToken cancellation)
    {
        // Either field is only ever compared with its own column: a user name may look like somebody's e-mail address.
        var known = await database.FirstOrDefault<Known>(
            string.IsNullOrEmpty(given.Username)
                ? "SELECT id, username_key, password_hash FROM users WHERE email_key = @Key"
                : "SELECT id, username_key, password_hash FROM users WHERE username_key = @Key",
            new { given.Key },
            cancellation);
        var compared = await passwords.Run(
            known?.UsernameKey ?? given.Key, known?.Id, known?.PasswordHash, given.Password, client, cancellation);
        if (compared.IsRejected(out var tooOften, out var match)) return tooOften;
        if (!match.IsRight || known is null) return Failed(known?.Id, InvalidCredentials, client);

        var outcome = await database.WriteOrReject<SignedIn?>(
            transaction => Open(transaction, known, match.Renewed, client, cancellation), cancellation);
        if (outcome.IsRejected(out var rejection, out var account)) return Failed(known.Id, rejection, client);
        if (account is null) return null;
        security.Record(SecurityEvents.LoginSucceeded, known.Id, known.Id, client.Address);
        return account;
    }

    private async Task<Outcome<SignedIn?>> Open(
        Transaction transaction, Known known, string? renewed, RemoteClient client, CancellationToken cancellation)
    {
        // Locked and compared anew: a password changed since must not leave this login open behind it.
        var status = await transaction.FirstOrDefault<string>(
            "SELECT status FROM users WHERE id = @Id AND password_hash = @PasswordHash FOR NO KEY UPDATE", known, cancellation);
        if (status is null) return (SignedIn?)null;
        if (status == Statuses.Deactivated) return Deactivated;
        if (renewed is not null)
        {
            await transaction.Execute("UPDATE users SET password_hash = @renewed WHERE id = @Id", new { known.Id, renewed }, cancellation);
        }

        var session = await sessions.Open(transaction, known.Id, client, Timestamp.Now, cancellation);
        var account = await SignedIn.Read(transaction, known.Id, cancellation);
        return account with { Token = tokens.Issue(known.Id, account.Username, session.Id), RefreshToken = session.RefreshToken };
    }

    private Rejection Failed(long? userId, Rejection why, RemoteClient client)
    {
        security.Record(SecurityEvents.LoginFailed, null, userId, client.Address, why.Code);
        return why;
    }

    private sealed class Known
    {
        public long Id { get; init; }

        public string UsernameKey { get; init; } = "";

        public string PasswordHash { get; init; } = "";
    }
}
