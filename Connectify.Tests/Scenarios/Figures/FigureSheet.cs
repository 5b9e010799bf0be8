namespace Connectify.Tests.Scenarios.Figures;

/// <summary>Measured figures, printed as rows of a table as they come.</summary>
internal sealed class FigureSheet
{
    public static void Begin()
    {
        Console.WriteLine("| | measured | |");
        Console.WriteLine("| --- | --- | --- |");
    }

    public static void Row(string promise, string what, string value) => Console.WriteLine($"| {promise} | {what} | {value} |");

    public static string Milliseconds(double value) => value >= 10_000 ? $"{value / 1000:0.0} s" : $"{value:0} ms";

    /// <summary>The value that a part of all stays below.</summary>
    /// <param name="values">All; at least one.</param>
    /// <param name="part">0.99 for p99.</param>
    public static double Percentile(IEnumerable<double> values, double part)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
    }

    public static string Delays(IEnumerable<double> milliseconds)
    {
        double[] all = [.. milliseconds];
        return $"p50 {Milliseconds(Percentile(all, 0.5))}, p99 {Milliseconds(Percentile(all, 0.99))}, most {Milliseconds(Percentile(all, 1))} ({all.Length})";
    }
}
