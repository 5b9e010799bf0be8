using Microsoft.AspNetCore.Identity;

namespace Connectify.Server.Accounts;

/// <summary>
/// Hashes passwords (PBKDF2) and compares them, which takes a core some 50 ms: on threads of their own, as many as
/// cores, so that messages don't wait for them while many log in.
/// </summary>
internal sealed class Passwords : IDisposable
{
    // Typed by the framework for per-user hashing, which PBKDF2 doesn't use.
    private static readonly object Nobody = new();

    private readonly PasswordHasher<object> _hasher = new();
    private readonly SemaphoreSlim _turn = new(Environment.ProcessorCount);
    private readonly TimeSpan _timeout;
    private readonly string _dummyHash;

    /// <param name="timeout">How long one may wait for a turn.</param>
    public Passwords(TimeSpan timeout) => (_timeout, _dummyHash) = (timeout, _hasher.HashPassword(Nobody, "nobody's password"));

    /// <exception cref="OverloadedException">Too many are before this one.</exception>
    public Task<string> Hash(string password, CancellationToken cancellation)
        => OnDedicatedThread(() => _hasher.HashPassword(Nobody, password), cancellation);

    /// <summary>Takes the same time where there is no account: the time must not tell who has one.</summary>
    /// <exception cref="OverloadedException">Too many are before this one.</exception>
    public Task<bool> Verify(string? hash, string password, CancellationToken cancellation)
        => OnDedicatedThread(
            () => _hasher.VerifyHashedPassword(Nobody, hash ?? _dummyHash, password) != PasswordVerificationResult.Failed && hash is not null,
            cancellation);

    public void Dispose() => _turn.Dispose();

    private async Task<T> OnDedicatedThread<T>(Func<T> work, CancellationToken cancellation)
    {
        if (!await _turn.WaitAsync(_timeout, cancellation)) throw new OverloadedException();
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
