using System.Globalization;

namespace Connectify.Benchmarks.World;

/// <summary>What the kernel says of processes.</summary>
internal static class ProcessTimes
{
    // USER_HZ, the unit of /proc/PID/stat, is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>CPU seconds, user and system, of one process.</summary>
    public static double Of(int pid) => (Field(pid, 14) + Field(pid, 15)) / TicksPerSecond;

    /// <summary>CPU seconds of a process, its living children, and those it has waited for.</summary>
    public static double OfTree(int pid)
        => ((Field(pid, 14) + Field(pid, 15) + Field(pid, 16) + Field(pid, 17)) / TicksPerSecond) + ChildrenOf(pid).Sum(Of);

    public static int ParentOf(int pid) => (int)Field(pid, 4);

    /// <summary>Resident memory in MB (2^20 bytes).</summary>
    public static double ResidentMegabytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }

    private static IEnumerable<int> ChildrenOf(int pid)
        => File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);

    /// <summary>A field of /proc/PID/stat by its number in proc(5); 0 when the process has gone.</summary>
    private static long Field(int pid, int number)
    {
        try
        {
            // The second field, the name, may contain anything; it ends at the last parenthesis.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[number - 3], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
