using Connectify.Server.Diagnostics;

namespace Connectify.Server.Accounts;

/// <summary>Compares what a client gives for an account's password with it, within the limits on tries.</summary>
internal sealed class PasswordCheck(Database database, RateLimits limits, Passwords passwords, SecurityLog security)
{
    // Others' guesses must not keep a user out who logs in from where they did before.
    private static readonly TimeSpan FamiliarFor = Sessions.RememberedFor;

    /// <param name="account">The account's name key; where there is no account, what was given for it.</param>
    /// <param name="userId">The account; null: there is none, which takes as long to find out.</param>
    /// <param name="hash">Its password's hash.</param>
    /// <param name="password">What the client gives.</param>
    /// <param name="client">Where from.</param>
    /// <param name="cancellation">Ends the waits.</param>
    /// <exception cref="OverloadedException">Its turn has not come within the time that a login may wait.</exception>
    public async Task<Outcome<PasswordMatch>> Run(
        string account, long? userId, string? hash, string password, RemoteClient client, CancellationToken cancellation)
    {
        if (await WhyNotTry(account, userId, client, cancellation) is { } tooOften)
        {
            security.Count(SecurityEvents.LoginLimited, client.Address);
            return tooOften;
        }

        // A failure is counted before the comparison and taken back if it was none: of many guesses at once no more are compared.
        var isFailure = false;
        try
        {
            var match = await passwords.Verify(hash, password, cancellation);
            isFailure = !match.IsRight;
            return match;
        }
        finally
        {
            if (!isFailure) limits.TakeBackFailedLogin(account);
        }
    }

    private async Task<Rejection?> WhyNotTry(string account, long? userId, RemoteClient client, CancellationToken cancellation)
    {
        if (limits.Login(client, account) is { } tooOften) return tooOften;
        return limits.FailedLogin(account) is { } guessed && !await IsFamiliar(userId ?? 0, client, cancellation) ? guessed : null;
    }

    // In the database: so it holds on every node, and after a restart.
    private Task<bool> IsFamiliar(long userId, RemoteClient client, CancellationToken cancellation)
        => database.Exists(
            "SELECT id FROM sessions WHERE user_id = @userId AND network = @Network AND created_at > @since",
            new { userId, client.Network, since = Timestamp.Now - FamiliarFor },
            cancellation);
}
