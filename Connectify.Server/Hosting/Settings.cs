using System.ComponentModel.DataAnnotations;
using System.Text;

namespace Connectify.Server.Hosting;

/// <summary>Section <c>Auth</c>.</summary>
internal sealed class AuthSettings : IValidatableObject
{
    public const int MinKeyBytes = 32;

    /// <summary>The HMAC key of access tokens, at least 32 bytes of UTF-8. Empty in Development: generated under <c>DataPath</c>.</summary>
    public string SigningKey { get; set; } = "";

    [Range(1, 24 * 60)]
    public int AccessTokenMinutes { get; set; } = 60;

    [Range(1, 3650)]
    public int RefreshTokenDays { get; set; } = 30;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var bytes = Encoding.UTF8.GetByteCount(SigningKey);
        if (bytes is > 0 and < MinKeyBytes)
        {
            yield return new ValidationResult($"It has {bytes} bytes, at least {MinKeyBytes} are needed.", [nameof(SigningKey)]);
        }
    }
}

/// <summary>Section <c>Accounts</c>.</summary>
internal sealed class AccountsSettings
{
    /// <summary>Whether a registration is active at once; null: in Development only.</summary>
    public bool? AutoActivate { get; set; }
}

/// <summary>Section <c>Bootstrap</c>: what a first start creates.</summary>
internal sealed class BootstrapSettings
{
    public string SuperuserUsername { get; set; } = "";

    public string SuperuserEmail { get; set; } = "";

    public string SuperuserPassword { get; set; } = "";

    /// <summary>The name of organization 1.</summary>
    [Required, MaxLength(200)]
    public string OrganizationName { get; set; } = "Default";
}

/// <summary>Section <c>Database</c>.</summary>
internal sealed class DatabaseSettings
{
    /// <summary>How long PostgreSQL is waited for: for a connection, and for any answer before it counts as away.</summary>
    [Range(1, 60)]
    public int PatienceSeconds { get; set; } = 1;

    public TimeSpan Timeout => TimeSpan.FromSeconds(PatienceSeconds);
}

/// <summary>Section <c>Messaging</c>.</summary>
internal sealed class MessagingSettings
{
    /// <summary>UTF-16 code units of a message's content.</summary>
    [Range(1, 1_000_000)]
    public int MaxContentLength { get; set; } = 10_000;

    [Range(2, 100_000)]
    public int MaxGroupMembers { get; set; } = 1_000;

    /// <summary>The most changes a resume replays.</summary>
    [Range(0, 100_000)]
    public int ResumeLimit { get; set; } = 1_000;

    /// <summary>Within which a REST send and a socket frame can be one message; 0 turns that off.</summary>
    [Range(0, 3600)]
    public int DualSendWindowSeconds { get; set; } = 10;

    public TimeSpan DualSendWindow => TimeSpan.FromSeconds(DualSendWindowSeconds);
}

/// <summary>Section <c>Attachments</c>.</summary>
internal sealed class AttachmentsSettings
{
    [Range(1, 1L << 40)]
    public long MaxFileBytes { get; set; } = 26_214_400;

    /// <summary>Files per message.</summary>
    [Range(1, 100)]
    public int MaxFiles { get; set; } = 10;

    /// <summary>Bytes of files that a user may store in a day (UTC).</summary>
    [Range(0, 1L << 50)]
    public long MaxBytesPerUserPerDay { get; set; } = 1L << 30;

    /// <summary>With less free on the disk of files, uploads are refused.</summary>
    [Range(0, 1L << 60)]
    public long MinFreeBytes { get; set; } = 1L << 30;

    /// <summary>How long a signed URL works.</summary>
    [Range(1, 7 * 24 * 60)]
    public int UrlMinutes { get; set; } = 60;
}

/// <summary>Section <c>Sockets</c>: limits of a plain socket or hub connection.</summary>
internal sealed class SocketsSettings
{
    [Range(1, 300)]
    public int HeartbeatSeconds { get; set; } = 30;

    /// <summary>The longest frame accepted from a client.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int MaxFrameBytes { get; set; } = 65_536;

    /// <summary>Bytes waiting for one client before it counts as too slow.</summary>
    [Range(65_536, 1 << 30)]
    public int MaxQueuedBytes { get; set; } = 4_194_304;

    /// <summary>How long one write may be blocked before its client counts as too slow.</summary>
    [Range(1, 300)]
    public int MaxWriteStallSeconds { get; set; } = 10;

    [Range(1, 100_000)]
    public int MaxConnectionsPerUser { get; set; } = 50;
}

/// <summary>Section <c>RateLimits</c>.</summary>
internal sealed class RateLimitsSettings
{
    /// <summary>null: in Production only.</summary>
    public bool? Enabled { get; set; }

    /// <summary>Frames a second of one connection, after a burst of <see cref="FrameBurst"/>.</summary>
    [Range(1, 100_000)]
    public int FramesPerSecond { get; set; } = 20;

    [Range(1, 1_000_000)]
    public int FrameBurst { get; set; } = 40;

    /// <summary>Frames a second of one user, over all connections to this node, after a burst of twice as many.</summary>
    [Range(1, 1_000_000)]
    public int FramesPerSecondPerUser { get; set; } = 100;

    /// <summary>REST requests of one user.</summary>
    [Range(1, 10_000_000)]
    public int RequestsPerMinute { get; set; } = 600;

    /// <summary>Logins from one address to one account.</summary>
    [Range(1, 1_000_000)]
    public int LoginsPerMinute { get; set; } = 10;

    /// <summary>Logins from one address to any accounts.</summary>
    [Range(1, 1_000_000)]
    public int LoginsPerAddressPerMinute { get; set; } = 60;

    /// <summary>Failed logins to one account from any addresses. An address that has logged in to it within 30 days is exempt.</summary>
    [Range(1, 1_000_000)]
    public int FailedLoginsPerAccountPerHour { get; set; } = 30;

    /// <summary>Registrations from one address, tries of a new e-mail address of a profile counted in.</summary>
    [Range(1, 1_000_000)]
    public int RegistrationsPerHour { get; set; } = 20;
}

/// <summary>Section <c>Cors</c>.</summary>
internal sealed class CorsSettings : IValidatableObject
{
    /// <summary>Origins that browsers and web views may come from, besides the server's own; any scheme.</summary>
    public string[] Origins { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        => Origins.Where(origin => !IsOrigin(origin)).Select(origin => new ValidationResult(
            $"\"{origin}\" is not an origin such as https://chat.example.com.", [nameof(Origins)]));

    private static bool IsOrigin(string origin) => !origin.EndsWith('/') && WebOrigin.Parse(origin) is not null;
}

/// <summary>Section <c>Redis</c>: what <c>ConnectionStrings:Redis</c> has no option for.</summary>
internal sealed class RedisSettings : IValidatableObject
{
    public const string PrefixForm = "the right form is up to 64 of the characters A-Z a-z 0-9 . _ : -";
    private const int MaxPrefixLength = 64;

    /// <summary>Put before the names of all channels: two installations in one Redis need two.</summary>
    public string ChannelPrefix { get; set; } = "";

    /// <summary>A file with the certificate of the CA that has signed Redis' own, where the system doesn't trust it.</summary>
    public string CaCertificateFile { get; set; } = "";

    // It becomes part of a pattern, in which * ? [ and \ have a meaning.
    public static bool IsPrefix(string? prefix)
        => prefix is null || (prefix.Length <= MaxPrefixLength && prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-'));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsPrefix(ChannelPrefix)) yield return new ValidationResult($"It is not a prefix of channel names: {PrefixForm}.", [nameof(ChannelPrefix)]);
    }
}
