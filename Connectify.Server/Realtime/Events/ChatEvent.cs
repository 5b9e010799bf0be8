using System.Diagnostics;
using Connectify.Protocol;

namespace Connectify.Server.Realtime.Events;

/// <summary>Something that happened in a chat, on its way to every socket that follows it.</summary>
/// <param name="ChatId">The chat.</param>
/// <param name="Name">The frame's name, from <see cref="Protocol.Frames"/>.</param>
/// <param name="Json">The frame's payload, a JSON object in UTF-8 without <c>type</c>, encoded once for everybody.</param>
internal sealed record ChatEvent(long ChatId, string Name, ReadOnlyMemory<byte> Json)
{
    private readonly long? _after;
    private EncodedEvent? _encoded;

    /// <summary>When this node was told, or read it, as <see cref="Stopwatch.GetTimestamp"/> has it.</summary>
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

    /// <summary>As clients get it; made once, whoever asks first.</summary>
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

    /// <summary>The chat's count of removals when this was stored: a feed that has seen fewer asks who is still in.</summary>
    public long AccessVersion { get; init; }

    /// <summary>The user who is not told; 0 for nobody.</summary>
    public long ExceptUser { get; init; }

    /// <summary>The only user who is told; 0 for everybody.</summary>
    public long OnlyUser { get; init; }

    /// <summary>Who sent a new message, or read older ones; 0 where it doesn't matter.</summary>
    public long Actor { get; init; }

    /// <summary>Whether a user is told.</summary>
    public bool IsFor(long userId) => (ExceptUser == 0 || ExceptUser != userId) && (OnlyUser == 0 || OnlyUser == userId);

    /// <summary>For somebody who knows of everything up to a count: a message that was new before is a changed one to him.</summary>
    public ChatEvent For(long known)
        => Name == Frames.Message && CreatedSeq > 0 && CreatedSeq <= known ? this with { Name = Frames.MessageUpdated } : this;
}
