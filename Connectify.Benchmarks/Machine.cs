using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Connectify.Benchmarks;

/// <summary>Where and with what something was measured.</summary>
internal static class Machine
{
    public static Dictionary<string, string> Describe() => new()
    {
        ["cpu"] = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown",
        ["cores"] = File.ReadLines("/proc/cpuinfo").Count(line => line.StartsWith("processor", StringComparison.Ordinal)).ToString(),
        ["os"] = RuntimeInformation.OSDescription,
        ["dotnet"] = RuntimeInformation.FrameworkDescription,
        ["commit"] = Output("git", "describe", "--always", "--dirty"),
        ["load"] = File.ReadAllText("/proc/loadavg").Trim(),
        ["at"] = DateTimeOffset.UtcNow.ToString("u"),
        ["placing"] = "server on core 0; load client and PostgreSQL on core 1",
    };

    private static string Output(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = World.ServerProcess.Repository })!;
        return process.StandardOutput.ReadToEnd().Trim();
    }
}
