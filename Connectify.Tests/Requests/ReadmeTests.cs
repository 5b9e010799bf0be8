using System.Diagnostics;
using System.Text.RegularExpressions;
using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Connectify.Tests.Requests;

/// <summary>Runs the README's samples as printed, but for the server's address. Each sample ends with the line that it prints.</summary>
public sealed partial class ReadmeTests : IAsyncLifetime
{
    private const string ConsoleUsings = "global using System; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly string _readme = File.ReadAllText(RepositoryFolder.Of("README.md"));
    private readonly Dictionary<string, string> _environment = [];
    private TestServer? _server;

    public async Task InitializeAsync()
    {
        _server = await TestServer.Start(DatabaseEngine.Sqlite);
        var printed = await Run("bash", "-c", Sample("bash") + "\nprintf '\\ntoken=%s\\nconversation=%s\\n' \"$token\" \"$conversation\"");
        foreach (var name in new[] { "token", "conversation" })
        {
            _environment[name] = Regex.Match(printed, $"^{name}=(.+)$", RegexOptions.Multiline).Groups[1].Value;
        }

        printed.Should().Contain("Sent. Now open").And.Contain("password securepassword");
        _environment.Values.Should().NotContain("");
    }

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    [Fact]
    public async Task The_JavaScript_sample_prints_what_it_says()
    {
        await NodeProcess.Packages;
        var file = RepositoryFolder.Of("Connectify.Tests", "js", $"readme-{Guid.NewGuid():N}.mjs");
        var sample = Sample("js");
        await File.WriteAllTextAsync(file, sample);
        try
        {
            (await Run("node", file)).Should().Contain(Printed(sample));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task The_NET_sample_compiles_and_prints_what_it_says()
    {
        // Beside the tests, whose libraries it shares.
        var file = Path.Combine(AppContext.BaseDirectory, $"readme-{Guid.NewGuid():N}.dll");
        var sample = Sample("csharp");
        var program = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(file),
            [CSharpSyntaxTree.ParseText(ConsoleUsings), CSharpSyntaxTree.ParseText(sample)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        try
        {
            program.Emit(file).Diagnostics.Where(one => one.Severity >= DiagnosticSeverity.Warning).Should().BeEmpty();
            var settings = Path.Combine(AppContext.BaseDirectory, "Connectify.Tests");
            var printed = await Run(
                "dotnet", "exec", "--depsfile", settings + ".deps.json", "--runtimeconfig", settings + ".runtimeconfig.json", file);
            printed.Should().Contain(Printed(sample));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private string Sample(string language)
    {
        var block = Regex.Match(_readme, $"^```{language}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
        block.Should().Contain("http://localhost:5080");
        return block.Replace("http://localhost:5080", _server!.Url.ToString().TrimEnd('/'), StringComparison.Ordinal);
    }

    private static string Printed(string sample) => LastComment().Match(sample).Groups[1].Value;

    private async Task<string> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var end = new CancellationTokenSource(Timeout);
        var (printed, errors) = (process.StandardOutput.ReadToEndAsync(end.Token), process.StandardError.ReadToEndAsync(end.Token));
        await process.WaitForExitAsync(end.Token);
        process.ExitCode.Should().Be(0, await errors);
        return await printed;
    }

    [GeneratedRegex("^// (heard: .+)$", RegexOptions.Multiline)]
    private static partial Regex LastComment();
}
