using System.Diagnostics;
using Connectify.Protocol;

namespace Connectify.Server.Realtime.Events;

/// <summary>Something that happened in a chat, on its way to every socket that follows it.</summary>
/// <param name="ChatId">The chat.</param>
/// <param name="Name">The frame's name, from <see cref="Protocol.Frames"/>.</param>
/// <param name="Json">The frame's payload, a JSON object in UTF-8 without <c>type</c>, encoded once for all receivers.</param>
internal sealed record ChatEvent(long ChatId, string Name, ReadOnlyMemory<byte> Json)
{
    private readonly long? _after;
    private EncodedEvent? _encoded;

    /// <summary>When this node received or read it: a <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public long PublishedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>The frame's name; a copy with another one is encoded anew.</summary>
    public string Name
    {
        get;
        init => (field, _encoded) = (value, null);
    } = Name;

    /// <summary>The frame's payload; a copy with another one is encoded anew.</summary>
    public ReadOnlyMemory<byte> Json
    {
        get;
        init => (field, _encoded) = (value, null);
    } = Json;

    /// <summary>The encoded form, created on first use.</summary>
    public EncodedEvent Encoded => _encoded ??= new EncodedEvent(Name, Json);

    /// <summary>The chat's count of changes with this one; 0 for what is not stored (typing, presence, …).</summary>
    public long Seq { get; init; }

    /// <summary>The count with which a new message was stored, where it has changed since; else 0.</summary>
    public long CreatedSeq { get; init; }

    /// <summary>The count that this change follows: one less than its own, unless it also covers changes that it took the place of.</summary>
    public long After
    {
        get => _after ?? Seq - 1;
        init => _after = value;
    }

    /// <summary>The chat's count of removals when this was stored: a feed that has seen fewer checks membership first.</summary>
    public long AccessVersion { get; init; }

    /// <summary>The user that doesn't receive it; 0 for none.</summary>
    public long ExceptUser { get; init; }

    /// <summary>The only user that receives it; 0 for all.</summary>
    public long OnlyUser { get; init; }

    /// <summary>The sender of a new message, or the reader of older ones; else 0.</summary>
    public long Actor { get; init; }

    /// <summary>Whether a user receives it.</summary>
    public bool IsFor(long userId) => (ExceptUser == 0 || ExceptUser != userId) && (OnlyUser == 0 || OnlyUser == userId);

    /// <summary>The event for a client that knows everything up to a seq: to it, a message from before is an update.</summary>
    public ChatEvent For(long known)
        => Name == Frames.Message && CreatedSeq > 0 && CreatedSeq <= known ? this with { Name = Frames.MessageUpdated } : this;
}
