namespace Connectify.Protocol;

/// <summary>WebSocket close codes: the documents', and those of RFC 6455, section 7.4.1, that the server uses.</summary>
public static class CloseCodes
{
    /// <summary>The client closed.</summary>
    public const int Normal = 1000;

    /// <summary>The server shuts down.</summary>
    public const int GoingAway = 1001;

    /// <summary>A frame that is none (RFC 6455, section 5).</summary>
    public const int ProtocolError = 1002;

    /// <summary>A binary frame.</summary>
    public const int UnsupportedData = 1003;

    /// <summary>Text that isn't UTF-8: a message's, or a close frame's reason.</summary>
    public const int InvalidText = 1007;

    /// <summary>Flooding, or more connections than one user may have.</summary>
    public const int PolicyViolation = 1008;

    /// <summary>A frame that is too long.</summary>
    public const int TooBig = 1009;

    /// <summary>Something went wrong here.</summary>
    public const int InternalError = 1011;

    /// <summary>The client reads too slowly.</summary>
    public const int TryAgainLater = 1013;

    /// <summary>Token missing, bad or expired, or the account is not active.</summary>
    public const int Unauthorized = 4003;

    /// <summary>No such chat, or not the user's.</summary>
    public const int AccessDenied = 4004;

    /// <summary>
    /// Whether a close frame may carry the code (RFC 6455, section 7.4): those of IANA's registry, without the ones that
    /// stand for no code at all (1005, 1006, 1015), and those that applications define.
    /// </summary>
    internal static bool MayBeReceived(int code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
