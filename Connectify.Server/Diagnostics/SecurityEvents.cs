namespace Connectify.Server.Diagnostics;

/// <summary>What <see cref="SecurityLog"/> knows. Ids and names are public (docs/self-hosting.md): none changes its meaning.</summary>
internal static class SecurityEvents
{
    public static readonly EventId Registered = new(1001, "registered");
    public static readonly EventId LoginSucceeded = new(1002, "login_succeeded");
    public static readonly EventId LoginFailed = new(1003, "login_failed");
    public static readonly EventId LoginLimited = new(1004, "login_limited");
    public static readonly EventId LoggedOut = new(1005, "logged_out");
    public static readonly EventId RefreshTokenReused = new(1006, "refresh_token_reused");
    public static readonly EventId TokenRefused = new(1007, "token_refused");
    public static readonly EventId SessionsEnded = new(1008, "sessions_ended");
    public static readonly EventId PasswordChanged = new(1101, "password_changed");
    public static readonly EventId PasswordRefused = new(1102, "password_refused");
    public static readonly EventId EmailChanged = new(1103, "email_changed");
    public static readonly EventId AccountActivated = new(1201, "account_activated");
    public static readonly EventId AccountDeactivated = new(1202, "account_deactivated");
    public static readonly EventId RoleChanged = new(1301, "role_changed");
    public static readonly EventId MemberAdded = new(1302, "member_added");
    public static readonly EventId MemberRemoved = new(1303, "member_removed");
}
