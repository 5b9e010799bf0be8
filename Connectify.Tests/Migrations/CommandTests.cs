using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Migrations;

/// <summary>What the console program says to who uses it.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("connectify-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("status", "--sqlite", "nowhere/connectify.db")]
    [InlineData("apply", "--sqlite", "nowhere/connectify.db")]
    [InlineData("copy", "--sqlite", "nowhere/connectify.db", "--postgres", "Host=nowhere")]
    public async Task A_folder_that_is_not_there_is_said_at_once(params string[] arguments)
    {
        var (code, said) = await Run(arguments);

        code.Should().Be(1);
        said.Trim().Should().Be($"There is no folder {Path.Combine(_folder, "nowhere")}.");
        Directory.Exists(Path.Combine(_folder, "nowhere")).Should().BeFalse();
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Target Session Attributes=primary")]
    [InlineData("Host=127.0.0.1;Passwort=x")]
    [InlineData("postgres://127.0.0.1/connectify")]
    [InlineData("Host=127.0.0.1;Port=many")]
    public async Task A_connection_string_that_is_wrong_is_refused_in_a_line(string connection)
    {
        var (code, said) = await Run("status", "--postgres", connection);

        code.Should().Be(1);
        said.Trim().Should().NotBeEmpty().And.NotContain("\n");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_made_by_apply()
    {
        (await Run("apply", "--sqlite", "new.db")).Said.Should().StartWith("Applied: ");
        (await Run("status", "--sqlite", "new.db")).Should().Be((0, "The schema is current.\n"));
    }

    private async Task<(int Code, string Said)> Run(params string[] arguments)
    {
        var output = Path.Combine(_folder, $"{Guid.NewGuid():N}.log");
        var program = Path.Combine(RepositoryFolder.Built("Connectify.Migrations"), "Connectify.Migrations.dll");
        await using var process = await SupervisedProcess.Start(output, ["env", $"--chdir={_folder}", "dotnet", program, .. arguments]);
        return (await process.Exited(TimeSpan.FromSeconds(30)), await File.ReadAllTextAsync(output));
    }
}
