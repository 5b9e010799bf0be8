using System.Diagnostics;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Hosting;

/// <summary>The program as it is published, its files beside it, started from a folder that has nothing to do with it.</summary>
public sealed class ContentRootTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("connectify-test-");
    private readonly Uri _url = new($"http://127.0.0.1:{FreePort.Take()}");
    private readonly string _program;
    private readonly string _elsewhere;

    public ContentRootTests()
    {
        _program = _folder.CreateSubdirectory("program").FullName;
        _elsewhere = _folder.CreateSubdirectory("elsewhere").FullName;
        Copy(RepositoryFolder.Built("Connectify.Server"), _program);
        Copy(RepositoryFolder.Of("Connectify.Server", "wwwroot"), Path.Combine(_program, "wwwroot"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task It_finds_what_lies_beside_it()
    {
        await File.WriteAllTextAsync(Path.Combine(_program, "appsettings.json"), $$"""{"Urls":"{{_url}}"}""");

        await using var server = await Start();

        (await Page(server)).Should().Contain("/js/main.js");
        File.Exists(Path.Combine(_elsewhere, "data", "connectify.db")).Should().BeTrue("a relative DataPath is one from the current directory");
    }

    [Fact]
    public async Task What_the_command_line_says_goes_before()
    {
        var own = _folder.CreateSubdirectory("own").FullName;
        Directory.CreateDirectory(Path.Combine(own, "wwwroot"));
        await File.WriteAllTextAsync(Path.Combine(own, "wwwroot", "index.html"), "a page of one's own");

        await using var server = await Start($"--contentRoot={own}", $"--Urls={_url}");

        (await Page(server)).Should().Be("a page of one's own");
    }

    private Task<SupervisedProcess> Start(params string[] settings) => SupervisedProcess.Start(
        Path.Combine(_elsewhere, "log"),
        [
            "env", $"--chdir={_elsewhere}", "dotnet", Path.Combine(_program, "Connectify.Server.dll"),
            "--environment=Production", "--Auth:SigningKey=a key of at least thirty-two bytes, for this test", .. settings,
        ]);

    private async Task<string> Page(SupervisedProcess server)
    {
        using var http = new HttpClient();
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                return await http.GetStringAsync(_url);
            }
            catch (HttpRequestException e) when (e.StatusCode is null && !server.HasExited && waited.Elapsed < TimeSpan.FromSeconds(60))
            {
                // It doesn't listen yet.
            }
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
