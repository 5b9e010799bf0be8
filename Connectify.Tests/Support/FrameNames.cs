using Connectify.Protocol;

namespace Connectify.Tests.Support;

/// <summary>Every name of the wire: SignalR clients have to register each one that they want to hear.</summary>
internal static class FrameNames
{
    /// <summary>An application's own, in tests.</summary>
    public const string OfAnApplication = "order_shipped";

    public static readonly string[] All = [.. typeof(Frames).GetFields().Select(name => (string)name.GetRawConstantValue()!)];
}
