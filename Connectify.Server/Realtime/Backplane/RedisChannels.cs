using System.Globalization;
using Connectify.Protocol;

namespace Connectify.Server.Realtime.Backplane;

/// <summary>The names of the channels, each once: all nodes of one installation must agree on them.</summary>
internal static class RedisChannels
{
    /// <summary>Everything about users' access. One for all: such events are rare, and every node keeps answers about users.</summary>
    public const string Users = "connectify:users";

    /// <summary>What nodes tell of themselves.</summary>
    public const string Nodes = "connectify:nodes";

    /// <summary>Before the receivers of an application event: SignalR's Redis package names its channels so.</summary>
    public static readonly string ApplicationEvents = typeof(ApplicationEvents).FullName + ":";

    /// <summary>The events of one chat: heard only by nodes where somebody follows it.</summary>
    public static string Chat(long chatId) => string.Create(CultureInfo.InvariantCulture, $"connectify:chat:{chatId}");

    /// <param name="channel">A channel's name.</param>
    /// <param name="to">The receivers, such as <c>user:42</c>.</param>
    public static bool IsApplicationEvent(string channel, out string to)
    {
        var isOne = channel.StartsWith(ApplicationEvents, StringComparison.Ordinal);
        to = isOne ? channel[ApplicationEvents.Length..] : "";
        return isOne;
    }
}
