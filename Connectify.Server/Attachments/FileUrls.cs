using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Connectify.Server.Hosting;
using Microsoft.AspNetCore.WebUtilities;

namespace Connectify.Server.Attachments;

/// <summary>
/// Signed, expiring URLs: an <c>img</c> element sends no token, so the URL itself is the permission. Only members of the
/// chat are ever given one.
/// </summary>
internal sealed class FileUrls(UrlSigningKey key, AttachmentsSettings settings, TimeProvider clock)
{
    private static readonly Rejection InvalidSignature = Rejection.Forbidden("invalid_signature", "The signature of this URL is invalid");
    private static readonly Rejection Expired = Rejection.Forbidden("url_expired", "This URL has expired");

    /// <summary>Path and query of a message's file; the base goes before it, see <see cref="PublicUrls"/>.</summary>
    public string Attachment(long id)
        => string.Create(CultureInfo.InvariantCulture, $"/api/messaging/attachments/{id}/?{Signed(AttachmentText(id))}");

    /// <summary>Path and query of a group's picture; null when it has none.</summary>
    /// <param name="chatId">The group.</param>
    /// <param name="key">Its <c>avatar_key</c>.</param>
    public string? Avatar(long chatId, string? key)
        => key is null ? null : string.Create(CultureInfo.InvariantCulture,
            $"/api/messaging/group-chats/{chatId}/avatar/?v={Version(key)}&{Signed(AvatarText(chatId, Version(key)))}");

    /// <summary>Judges the URL of a request for a message's file.</summary>
    /// <returns>How long it still works; or 403 <c>invalid_signature</c>, <c>url_expired</c>.</returns>
    public Outcome<TimeSpan> CheckAttachment(long id, IQueryCollection query) => Check(AttachmentText(id), query);

    /// <summary>As <see cref="CheckAttachment"/>, for a group's picture.</summary>
    public Outcome<TimeSpan> CheckAvatar(long chatId, IQueryCollection query) => Check(AvatarText(chatId, query["v"].ToString()), query);

    /// <summary>Tells one picture of a group from the next, and tells nothing of where it lies.</summary>
    public static string Version(string key)
        => WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 9));

    private static string AttachmentText(long id) => string.Create(CultureInfo.InvariantCulture, $"attachment\n{id}");

    private static string AvatarText(long chatId, string version) => string.Create(CultureInfo.InvariantCulture, $"avatar\n{chatId}\n{version}");

    // Rounded up, so that for a while everybody is given the same URL: caches hit, and messages compare equal.
    private string Signed(string text)
    {
        var step = Math.Max(1, settings.UrlMinutes * 60 / 4);
        var least = clock.GetUtcNow().ToUnixTimeSeconds() + (settings.UrlMinutes * 60L) + 1;
        var expires = (least + step - 1) / step * step;
        return string.Create(CultureInfo.InvariantCulture, $"expires={expires}&signature={Signature(text, expires)}");
    }

    private Outcome<TimeSpan> Check(string text, IQueryCollection query)
    {
        if (!long.TryParse(query["expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var expires)) return InvalidSignature;
        var (given, right) = (Encoding.UTF8.GetBytes(query["signature"].ToString()), Encoding.UTF8.GetBytes(Signature(text, expires)));
        if (!CryptographicOperations.FixedTimeEquals(given, right)) return InvalidSignature;

        // Signed by this server, so it is a moment that exists.
        var left = DateTimeOffset.FromUnixTimeSeconds(expires) - clock.GetUtcNow();
        return left > TimeSpan.Zero ? left : Expired;
    }

    private string Signature(string text, long expires)
    {
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text}\n{expires}"));
        return WebEncoders.Base64UrlEncode(HMACSHA256.HashData(key.Key, signed));
    }
}
