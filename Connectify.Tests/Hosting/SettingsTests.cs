using Connectify.Server.Lifecycle;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;
using ServerProgram = Connectify.Server.Program;

namespace Connectify.Tests.Hosting;

public sealed class SettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("connectify-test-").FullName;

    [Theory]
    [InlineData("--Sockets:HeartbeatSeconds=abc", "Sockets:HeartbeatSeconds")]
    [InlineData("--RateLimits:FrameBurst=-1", "RateLimits:FrameBurst")]
    [InlineData("--Database:PatienceSeconds=0", "Database:PatienceSeconds")]
    [InlineData("--Auth:SigningKey=short", "Auth:SigningKey")]
    [InlineData("--environment=Production", "Auth:SigningKey")]
    [InlineData("--DataPath=/proc/nowhere", "DataPath")]
    [InlineData("--ConnectionStrings:Postgres=nonsense", "ConnectionStrings:Postgres")]
    [InlineData("--ConnectionStrings:Postgres=Database=x", "ConnectionStrings:Postgres")]
    [InlineData("--Redis:ChannelPrefix=all*", "Redis:ChannelPrefix")]
    [InlineData("--Cors:Origins:0=chat.example.com", "Cors:Origins")]
    [InlineData("--Cors:Origins:0=https://chat.example.com/", "Cors:Origins")]
    [InlineData("--Cors:Origins:0=https://chat.example.com/app", "Cors:Origins")]
    [InlineData("--Cors:Origins:0=https://", "Cors:Origins")]
    [InlineData("--Cors:Origins:0=null", "Cors:Origins")]
    [InlineData("--Cors:Origins:0=*", "Cors:Origins")]
    [InlineData("--Bootstrap:SuperuserUsername=boss", "Bootstrap")]
    [InlineData("--Bootstrap:OrganizationName=", "Bootstrap:OrganizationName")]
    [InlineData("--Urls=nonsense", "nonsense")]
    [InlineData("--contentRoot=/nowhere", "there is no folder /nowhere")]
    public async Task An_invalid_value_stops_the_start_and_says_which(string setting, string named)
    {
        var start = async () =>
        {
            await using var app = ServerProgram.Build([
                "--environment=Development", $"--contentRoot={RepositoryFolder.Of("Connectify.Server")}", "--Urls=http://127.0.0.1:0",
                $"--DataPath={_folder}", "--Logging:Console:LogLevel:Default=None", setting]);
            await app.StartAsync();
        };

        var thrown = (await start.Should().ThrowAsync<Exception>()).Which;

        StartupErrors.Describe(thrown).Should().Contain(named).And.NotContain("   at ");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
