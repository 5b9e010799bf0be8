using Connectify.Server.Accounts;
using Connectify.Server.Kernel;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Accounts;

/// <summary>Hashing takes turns, and nobody waits for his without end.</summary>
public sealed class PasswordsTests
{
    [Fact]
    public async Task Whoever_would_wait_too_long_is_told_so_and_the_others_are_served()
    {
        using var passwords = new Passwords(timeout: TimeSpan.FromMilliseconds(1));
        async Task<bool> IsServed()
        {
            try
            {
                var hash = await passwords.Hash("a password", CancellationToken.None);
                return hash.Length > 0;
            }
            catch (OverloadedException)
            {
                return false;
            }
        }

        var served = await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount + 10).Select(_ => IsServed()));

        served.Should().Contain(true).And.Contain(false);
    }
}
