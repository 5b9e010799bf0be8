namespace Connectify.Tests.Scenarios;

/// <summary>The ways in which a promise can be broken.</summary>
internal enum Breach
{
    Lost,
    Doubled,
    OutOfOrder,
    Phantom,
    Leaked,
}

/// <summary>A broken promise.</summary>
/// <param name="Breach">Which.</param>
/// <param name="What">What was seen, for people.</param>
internal sealed record Violation(Breach Breach, string What)
{
    public override string ToString() => $"{Breach}: {What}";
}
