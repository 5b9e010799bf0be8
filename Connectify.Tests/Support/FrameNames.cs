using Connectify.Protocol;

namespace Connectify.Tests.Support;

/// <summary>Every name of the wire: SignalR clients have to register each one that they want to hear.</summary>
internal static class FrameNames
{
    public static readonly string[] All = [.. typeof(Frames).GetFields().Select(name => (string)name.GetRawConstantValue()!)];
}
