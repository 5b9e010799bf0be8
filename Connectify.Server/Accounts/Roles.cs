namespace Connectify.Server.Accounts;

/// <summary>Roles within an organization, and the one above them all.</summary>
internal static class Roles
{
    public const string User = "USER";
    public const string Staff = "STAFF";
    public const string Admin = "ADMIN";
    public const string Superuser = "SUPERUSER";
}

/// <summary>What an account may be: only an active one may use more than its own profile.</summary>
internal static class Statuses
{
    public const string Pending = "pending";
    public const string Active = "active";
    public const string Deactivated = "deactivated";
}
