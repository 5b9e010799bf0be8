using System.Diagnostics.CodeAnalysis;

namespace Connectify.Server.Kernel;

/// <summary>What a use case comes to: a value, or a rejection.</summary>
internal readonly struct Outcome<T>
{
    private readonly T? _value;

    private Outcome(T? value, Rejection? rejection) => (_value, Rejection) = (value, rejection);

    /// <summary>Why not; null when there is a value.</summary>
    public Rejection? Rejection { get; }

    /// <exception cref="InvalidOperationException">The outcome is a rejection.</exception>
    public T Value => Rejection is null ? _value! : throw new InvalidOperationException(Rejection.Detail);

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Rejection rejection) => new(default, rejection);

    public bool IsRejected([NotNullWhen(true)] out Rejection? rejection, [MaybeNullWhen(true)] out T value)
    {
        (rejection, value) = (Rejection, _value);
        return rejection is not null;
    }
}
