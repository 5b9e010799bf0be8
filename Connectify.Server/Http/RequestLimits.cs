namespace Connectify.Server.Http;

/// <summary>How much a request may bring along.</summary>
internal static class RequestLimits
{
    /// <summary>Bytes of a body; uploads lift it for themselves, once their caller is known.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    public static void AddRequestLimits(this WebApplicationBuilder builder)
        => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBodyBytes);
}
