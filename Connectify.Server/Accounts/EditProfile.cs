using Connectify.Server.Authentication;
using Connectify.Server.Diagnostics;
using Connectify.Server.Realtime.Events;

namespace Connectify.Server.Accounts;

/// <summary>A user changes his own profile.</summary>
internal sealed class EditProfile(Database database, RateLimits limits, EventPublisher publisher, SecurityLog security)
{
    public async Task<Outcome<Profile>> Run(Caller me, ProfileEdit edit, RemoteClient client, CancellationToken cancellation)
    {
        try
        {
            var outcome = await database.WriteOrReject<(Profile Profile, bool HasNewEmail)>(
                transaction => Store(transaction, me.UserId, edit, client, cancellation), cancellation);
            if (outcome.IsRejected(out var rejection, out var stored)) return rejection;
            if (stored.HasNewEmail) security.Record(SecurityEvents.EmailChanged, me.UserId, me.UserId, client.Address);
            publisher.Publish(new AccountChanged(me.UserId));
            return stored.Profile;
        }
        catch (Exception e) when (e.IsUniqueViolation())
        {
            return AccountRepository.EmailTaken;
        }
    }

    private async Task<Outcome<(Profile Profile, bool HasNewEmail)>> Store(
        Transaction transaction, long userId, ProfileEdit edit, RemoteClient client, CancellationToken cancellation)
    {
        var old = (await transaction.FirstOrDefault<Names>(
            "SELECT username, email, first_name, last_name FROM users WHERE id = @userId FOR NO KEY UPDATE",
            new { userId },
            cancellation))!;
        var (email, first, last) = (edit.Email ?? old.Email, edit.FirstName ?? old.FirstName, edit.LastName ?? old.LastName);

        // Each try of another address tells whether somebody has it, as a registration does.
        var hasNewEmail = AccountRules.Key(email) != AccountRules.Key(old.Email);
        if (hasNewEmail && limits.Registration(client) is { } tooOften) return tooOften;
        await transaction.Execute(
            """
            UPDATE users SET email = @email, email_key = @emailKey, first_name = @first, last_name = @last, search_key = @searchKey,
                bio = CASE WHEN @SetsBio THEN @Bio ELSE bio END,
                dob = CASE WHEN @SetsDob THEN @Dob ELSE dob END,
                profile_image = CASE WHEN @SetsProfileImage THEN @ProfileImage ELSE profile_image END,
                updated_at = @now
            WHERE id = @userId
            """,
            new
            {
                userId,
                email,
                emailKey = AccountRules.Key(email),
                first,
                last,
                searchKey = AccountRules.SearchKey(old.Username, first, last, email),
                edit.SetsBio,
                edit.Bio,
                edit.SetsDob,
                edit.Dob,
                edit.SetsProfileImage,
                edit.ProfileImage,
                now = Timestamp.Now,
            },
            cancellation);
        return (await Profile.Read(transaction, userId, cancellation), hasNewEmail);
    }

    private sealed class Names
    {
        public string Username { get; init; } = "";

        public string Email { get; init; } = "";

        public string FirstName { get; init; } = "";

        public string LastName { get; init; } = "";
    }
}
