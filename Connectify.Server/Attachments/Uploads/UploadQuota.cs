using System.Globalization;
using Connectify.Server.Hosting;

namespace Connectify.Server.Attachments.Uploads;

/// <summary><c>Attachments:MaxBytesPerUserPerDay</c>, of the day in UTC.</summary>
/// <remarks>
/// A user's row holds the count of one day. One conditional statement reads and raises it, so that it is right for any number
/// of requests and nodes at once, and outlives restarts. Files are charged before their message is stored, in a transaction of
/// their own: in the message's, rows of several users would be locked in any order. A crash between the two leaves the charge.
/// </remarks>
internal sealed class UploadQuota(Database database, AttachmentsSettings settings, TimeProvider clock, ILogger<UploadQuota> log) : IUploadQuota
{
    // The clock of another node may be past midnight already.
    private const string OfToday = "upload_usage.day - @day IN (0, 1)";

    public async Task<Rejection?> WhyNot(long userId, long bytes, CancellationToken cancellation)
    {
        var used = await database.FirstOrDefault<long>(
            $"SELECT bytes FROM upload_usage WHERE user_id = @userId AND {OfToday}", new { userId, day = Day }, cancellation);
        return bytes > settings.MaxBytesPerUserPerDay - used ? Exceeded : null;
    }

    public async Task<Rejection?> Charge(long userId, long bytes, CancellationToken cancellation)
    {
        var charged = await database.Execute(
            $"""
            INSERT INTO upload_usage (user_id, day, bytes)
            SELECT @userId, @day, @bytes WHERE @bytes <= @max
            ON CONFLICT (user_id) DO UPDATE SET
                bytes = CASE WHEN {OfToday} THEN upload_usage.bytes ELSE 0 END + @bytes,
                day = CASE WHEN {OfToday} THEN upload_usage.day ELSE @day END
            WHERE CASE WHEN {OfToday} THEN upload_usage.bytes ELSE 0 END + @bytes <= @max
            """,
            new { userId, day = Day, bytes, max = settings.MaxBytesPerUserPerDay },
            cancellation);
        return charged == 1 ? null : Exceeded;
    }

    public async Task Refund(long userId, long bytes)
    {
        try
        {
            await database.Execute(
                $"UPDATE upload_usage SET bytes = bytes - @bytes WHERE user_id = @userId AND bytes >= @bytes AND {OfToday}",
                new { userId, bytes, day = Day },
                CancellationToken.None);
        }
        catch (Exception e) when (e.IsDatabaseUnavailable())
        {
            log.LogDebug("Upload quota: {Bytes} bytes of user {UserId} stay counted, the database is down", bytes, userId);
        }
    }

    private long Day => (long)(clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalDays;

    private Rejection Exceeded => new(
        StatusCodes.Status413PayloadTooLarge,
        "quota_exceeded",
        string.Create(CultureInfo.InvariantCulture, $"You can upload {settings.MaxBytesPerUserPerDay} bytes a day, please try again tomorrow"))
    {
        RetryAfter = DateTimeOffset.UnixEpoch.AddDays(Day + 1) - clock.GetUtcNow(),
    };
}
