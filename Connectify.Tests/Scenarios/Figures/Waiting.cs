namespace Connectify.Tests.Scenarios.Figures;

/// <summary>Waits for conditions, not for time.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    public static Task Until(Func<bool> holds, string what) => Until(() => Task.FromResult(holds()), what);

    public static async Task Until(Func<Task<bool>> holds, string what)
    {
        using var patience = new CancellationTokenSource(Timeout);
        while (!await holds())
        {
            if (patience.IsCancellationRequested) throw new TimeoutException($"Not within {Timeout.TotalSeconds:0} s: {what}");
            await Task.Delay(5);
        }
    }
}
