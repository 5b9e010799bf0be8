using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Connectify.Server.Accounts;

/// <summary>What comparing a password with an account's came to.</summary>
/// <param name="IsRight">Whether it is the account's.</param>
/// <param name="Renewed">The hash to store instead, where the stored one was made with fewer iterations; else null.</param>
internal readonly record struct PasswordMatch(bool IsRight, string? Renewed);

/// <summary>
/// Hashes passwords (PBKDF2 with HMAC-SHA512) and compares them, which takes a core some 100 ms: on threads of their own,
/// as many as cores, so that messages don't wait for them while many log in.
/// </summary>
internal sealed class Passwords : IDisposable
{
    /// <summary>What OWASP asks of PBKDF2 with HMAC-SHA512.</summary>
    public const int Iterations = 210_000;

    // Typed by the framework for per-user hashing, which PBKDF2 doesn't use.
    private static readonly object Nobody = new();

    private readonly PasswordHasher<object> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly SemaphoreSlim _turn = new(Environment.ProcessorCount);
    private readonly TimeSpan _verifyTimeout;
    private readonly TimeSpan _hashTimeout;
    private readonly string _dummyHash;

    /// <param name="verifyTimeout">How long a comparison waits for a turn.</param>
    /// <param name="hashTimeout">How long a new password waits for one.</param>
    public Passwords(TimeSpan verifyTimeout, TimeSpan hashTimeout)
        => (_verifyTimeout, _hashTimeout, _dummyHash) = (verifyTimeout, hashTimeout, _hasher.HashPassword(Nobody, "nobody's password"));

    /// <exception cref="OverloadedException">Too many are before this one.</exception>
    public Task<string> Hash(string password, CancellationToken cancellation)
        => OnDedicatedThread(() => _hasher.HashPassword(Nobody, password), _hashTimeout, cancellation);

    /// <summary>Takes the same time where there is no account: the time must not tell who has one.</summary>
    /// <exception cref="OverloadedException">Too many are before this one.</exception>
    public Task<PasswordMatch> Verify(string? hash, string password, CancellationToken cancellation)
        => OnDedicatedThread(() => Compare(hash, password), _verifyTimeout, cancellation);

    public void Dispose() => _turn.Dispose();

    private PasswordMatch Compare(string? hash, string password)
    {
        var result = _hasher.VerifyHashedPassword(Nobody, hash ?? _dummyHash, password);
        if (hash is null || result == PasswordVerificationResult.Failed)
        {
            SpendWhatIsMissing(hash ?? _dummyHash, password);
            return default;
        }

        return new PasswordMatch(
            IsRight: true, result == PasswordVerificationResult.SuccessRehashNeeded ? _hasher.HashPassword(Nobody, password) : null);
    }

    // A hash of an earlier version is compared sooner: a quick "no" would tell that there is an account.
    private static void SpendWhatIsMissing(string hash, string password)
    {
        // The framework's format: a marker, the function, the iterations (4 bytes each but for the marker), the salt, the key.
        var iterations = (int)BinaryPrimitives.ReadUInt32BigEndian(Convert.FromBase64String(hash).AsSpan(5));
        if (iterations < Iterations) Rfc2898DeriveBytes.Pbkdf2(password, salt: new byte[16], Iterations - iterations, HashAlgorithmName.SHA512, 32);
    }

    private async Task<T> OnDedicatedThread<T>(Func<T> work, TimeSpan timeout, CancellationToken cancellation)
    {
        if (!await _turn.WaitAsync(timeout, cancellation)) throw new OverloadedException();
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
