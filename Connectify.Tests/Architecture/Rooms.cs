namespace Connectify.Tests.Architecture;

/// <summary>The rooms of Connectify.Server, each with its floor: a file uses its own room and rooms on lower floors.</summary>
internal static class Rooms
{
    /// <summary>Program.cs, which wires everything, is above all rooms.</summary>
    public const int Top = 100;

    /// <summary>By folder. Rooms on one floor don't use each other.</summary>
    public static readonly IReadOnlyDictionary<string, int> Floors = new Dictionary<string, int>
    {
        ["Kernel"] = 1,
        ["Attachments/Sniffing"] = 1,
        ["Hosting"] = 1,
        ["Diagnostics"] = 2,
        ["Storage"] = 3,
        ["Attachments/Store"] = 4,
        ["Http"] = 4,
        ["ApiDocs"] = 5,
        ["Attachments/Uploads"] = 5,
        ["Realtime/Events"] = 5,
        ["Authentication"] = 6,
        ["Realtime/Backplane"] = 6,
        ["Chats"] = 6,
        ["Accounts"] = 7,
        ["Attachments"] = 7,
        ["Blocks"] = 7,
        ["Messages/Reads"] = 7,
        ["Realtime/Connections"] = 7,
        ["Messages"] = 8,
        ["Messages/Sending"] = 9,
        ["Messages/History"] = 9,
        ["Conversations"] = 10,
        ["GroupChats"] = 10,
        ["Realtime/Feeds"] = 10,
        ["Organizations"] = 11,
        ["Realtime/Signals"] = 11,
        ["Realtime/Hub"] = 12,
        ["Demo"] = 12,
        ["Realtime/Endpoints"] = 13,
        ["Lifecycle"] = 13,
        ["Realtime"] = 14,
    };

    /// <summary>The room of a file, by its path below Connectify.Server.</summary>
    public static string Of(string path) => Path.GetDirectoryName(path)!.Replace('\\', '/');

    /// <summary><c>*Api.cs</c> and <c>*Setup.cs</c>: the roof of a room. It may use the room's sub-rooms, and only Program uses it.</summary>
    public static bool IsRoof(string path)
        => path.EndsWith("Api.cs", StringComparison.Ordinal) || path.EndsWith("Setup.cs", StringComparison.Ordinal);

    /// <summary>Why a file may not use something that another file declares; null when it may.</summary>
    public static string? WhyNot(string user, string used)
    {
        var (here, there) = (Of(user), Of(used));
        if (here.Length == 0) return null;
        if (there.Length == 0) return "nothing uses Program";
        if (IsRoof(used) && !(IsRoof(user) && IsWithin(used: there, here))) return "only Program uses a roof";
        if (here == there || (IsRoof(user) && IsWithin(there, here))) return null;
        if (Floors[there] >= Floors[here]) return $"{there} is on floor {Floors[there]}, {here} on floor {Floors[here]}";
        return IsRealtime(there) && !IsRealtime(here) && there != "Realtime/Events" && !IsAboveRealtime(here)
            ? "of Realtime, a slice uses Events only"
            : null;
    }

    private static bool IsWithin(string used, string here) => used.StartsWith(here + "/", StringComparison.Ordinal) || used == here;

    private static bool IsRealtime(string room) => room == "Realtime" || IsWithin(room, "Realtime");

    // Starting and stopping a node concerns its connections, its feeds and its database alike.
    private static bool IsAboveRealtime(string room) => room == "Lifecycle";
}
