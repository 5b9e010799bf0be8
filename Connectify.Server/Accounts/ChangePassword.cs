using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Accounts;

/// <summary>Sets a new password for whoever knows the old one, and ends every other login of the account.</summary>
internal sealed class ChangePassword(
    Database database, PasswordCheck check, Passwords passwords, EventPublisher publisher, SecurityLog security)
{
    private static readonly Rejection WrongPassword
        = Rejection.Field("current_password", "wrong_password", "The current password is wrong");

    /// <returns>null: done.</returns>
    public async Task<Rejection?> Run(Caller me, string current, string next, RemoteClient client, CancellationToken cancellation)
    {
        var account = (await database.FirstOrDefault<Account>(
            "SELECT username, username_key, email, password_hash FROM users WHERE id = @UserId", new { me.UserId }, cancellation))!;

        // Guessing the password behind a stolen token is guessing a login.
        var compared = await check.Run(account.UsernameKey, me.UserId, account.PasswordHash, current, client, cancellation);
        if (compared.IsRejected(out var tooOften, out var match)) return tooOften;
        if (!match.IsRight)
        {
            security.Record(SecurityEvents.PasswordRefused, me.UserId, me.UserId, client.Address);
            return WrongPassword;
        }

        if (AccountRules.WhyNotPassword(next, account.Username, account.Email) is { } weak)
        {
            return Rejection.Field("new_password", "invalid", $"new_password: {weak}") with
            {
                Errors = new Dictionary<string, string[]> { ["new_password"] = [weak] },
            };
        }

        var hash = await passwords.Hash(next, cancellation);
        var changed = await database.Write(transaction => Store(transaction, me, account.PasswordHash, hash, cancellation), cancellation);
        if (!changed) return WrongPassword;
        security.Record(SecurityEvents.PasswordChanged, me.UserId, me.UserId, client.Address);
        publisher.Publish(new SessionsRevoked(me.UserId, ExceptSessionId: me.SessionId, OnlySessionId: null));
        return null;
    }

    // Only over the hash that was compared: of two changes at once, the second knew a password that is no more.
    private static async Task<bool> Store(Transaction transaction, Caller me, string old, string next, CancellationToken cancellation)
    {
        var arguments = new { me.UserId, me.SessionId, old, next, now = Timestamp.Now };
        var written = await transaction.Execute(
            "UPDATE users SET password_hash = @next, updated_at = @now WHERE id = @UserId AND password_hash = @old",
            arguments,
            cancellation);
        if (written == 0) return false;
        await transaction.Execute(
            "UPDATE sessions SET revoked_at = @now WHERE user_id = @UserId AND id <> @SessionId AND revoked_at IS NULL",
            arguments,
            cancellation);
        return true;
    }

    private sealed class Account
    {
        public string Username { get; init; } = "";

        public string UsernameKey { get; init; } = "";

        public string Email { get; init; } = "";

        public string PasswordHash { get; init; } = "";
    }
}
