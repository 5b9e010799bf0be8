namespace Connectify.Migrations;

/// <summary>Reports what a start waits for, instead of waiting in silence.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    /// <summary>Awaits <paramref name="work"/>; one that takes more than a second is reported once.</summary>
    /// <param name="work">Under way already.</param>
    /// <param name="sentence">What is waited for.</param>
    /// <param name="report">Takes the sentence; null: nobody asked for it.</param>
    public static async Task For(Task work, string sentence, Action<string>? report)
    {
        if (report is not null && await Task.WhenAny(work, Task.Delay(Silence)) != work) report(sentence);
        await work;
    }
}
