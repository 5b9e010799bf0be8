using Connectify.Server.Accounts;
using Connectify.Server.Kernel;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Accounts;

/// <summary>Hashing takes turns, and nobody waits for his without end.</summary>
public sealed class PasswordsTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_would_wait_too_long_is_told_so_and_the_others_are_served(bool isLogin)
    {
        using var passwords = new Passwords(verifyTimeout: isLogin ? Short : Long, hashTimeout: isLogin ? Long : Short);
        async Task<bool> IsServed()
        {
            try
            {
                return isLogin
                    ? !(await passwords.Verify(null, "a password", default)).IsRight
                    : (await passwords.Hash("a password", default)).Length > 0;
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
