using Microsoft.AspNetCore.Identity;

namespace Connectify.Server.Accounts;

/// <summary>Hashes passwords (PBKDF2) and compares them.</summary>
internal sealed class Passwords
{
    // Typed by the framework for per-user hashing, which PBKDF2 doesn't use.
    private static readonly object Nobody = new();

    private readonly PasswordHasher<object> _hasher = new();
    private readonly string _decoy;

    public Passwords() => _decoy = Hash("nobody's password");

    public string Hash(string password) => _hasher.HashPassword(Nobody, password);

    /// <summary>Takes the same time where there is no account: the time must not tell who has one.</summary>
    public bool Verify(string? hash, string password)
        => _hasher.VerifyHashedPassword(Nobody, hash ?? _decoy, password) != PasswordVerificationResult.Failed && hash is not null;
}
