using System.Collections.Concurrent;

namespace Connectify.Tests.Scenarios;

/// <summary>A conversation or a group, and who is in it at the moment.</summary>
internal sealed class Chat(long id, bool isGroup, IEnumerable<Member> members)
{
    private readonly ConcurrentDictionary<long, bool> _out = new();

    public long Id => id;

    public bool IsGroup => isGroup;

    /// <summary>What it is called by in URLs.</summary>
    public string Path => $"{(isGroup ? "group-chats" : "conversations")}/{id}/";

    /// <summary>The name of its id in frames.</summary>
    public string IdName => isGroup ? "group_chat_id" : "conversation_id";

    /// <summary>Everybody who ever was in it; the first is the admin and never leaves.</summary>
    public IReadOnlyList<Member> Members { get; } = [.. members];

    /// <summary>When somebody was asked back, in milliseconds since 1970.</summary>
    public ConcurrentQueue<(long ChatId, long UserId, long At)> Returns { get; } = new();

    /// <summary>Whether somebody is in it for sure.</summary>
    public bool Has(long userId) => !_out.ContainsKey(userId);

    /// <summary>From before the removal is asked for.</summary>
    /// <returns>false: somebody else is at it.</returns>
    public bool TryTakeOut(long userId) => _out.TryAdd(userId, true);

    /// <summary>After the return is confirmed.</summary>
    public void IsBack(long userId) => _out.TryRemove(userId, out _);
}
