using Microsoft.AspNetCore.Identity;

namespace Connectify.Server.Accounts;

/// <summary>
/// Hashes passwords (PBKDF2) and compares them, which takes a core some 50 ms: on threads of their own, and never more
/// of them than half the cores, so that messages don't wait while many log in.
/// </summary>
internal sealed class Passwords : IDisposable
{
    // Typed by the framework for per-user hashing, which PBKDF2 doesn't use.
    private static readonly object Nobody = new();

    private readonly PasswordHasher<object> _hasher = new();
    private readonly SemaphoreSlim _turn = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly string _decoy;

    public Passwords() => _decoy = _hasher.HashPassword(Nobody, "nobody's password");

    public Task<string> Hash(string password, CancellationToken cancellation)
        => Apart(() => _hasher.HashPassword(Nobody, password), cancellation);

    /// <summary>Takes the same time where there is no account: the time must not tell who has one.</summary>
    public Task<bool> Verify(string? hash, string password, CancellationToken cancellation)
        => Apart(
            () => _hasher.VerifyHashedPassword(Nobody, hash ?? _decoy, password) != PasswordVerificationResult.Failed && hash is not null,
            cancellation);

    public void Dispose() => _turn.Dispose();

    private async Task<T> Apart<T>(Func<T> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _turn.Release();
        }
    }
}
