using System.Net;

namespace Connectify.Server.Http;

/// <summary>
/// Serves everything under a sub path: the key <c>PathBase</c>, or a proxy's <c>X-Forwarded-Prefix</c>. The proxy may pass the
/// path whole or without the prefix. URLs in answers carry it.
/// </summary>
internal static class SubPath
{
    public const string Key = "PathBase";
    private const string Header = "X-Forwarded-Prefix";
    private const int MaxLength = 200;

    /// <exception cref="StartupException"><c>PathBase</c> is no path.</exception>
    public static void UseSubPath(this WebApplication app)
    {
        var configured = Read(app.Configuration[Key]) ?? throw new StartupException($"{Key} is no path such as /chat.");
        var trustsAll = app.Configuration.GetValue<bool>("ForwardedHeaders_Enabled");
        app.Use((context, next) =>
        {
            var prefix = trustsAll || IsLocal(context.Connection) ? Read(context.Request.Headers[Header]) : (PathString?)null;
            if (prefix is not { HasValue: true } path) path = configured;
            if (path.HasValue) Move(context.Request, path);
            return next(context);
        });
    }

    // Without ASPNETCORE_FORWARDEDHEADERS_ENABLED a proxy on the same machine counts. A prefix only shapes the answer's own URLs.
    private static bool IsLocal(ConnectionInfo connection) => connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    private static void Move(HttpRequest request, PathString prefix)
    {
        if (request.Path.StartsWithSegments(prefix, out var rest)) request.Path = rest;
        request.PathBase = prefix;
    }

    /// <returns>The path without its last slash, empty for none; null if the text is no path.</returns>
    private static PathString? Read(string? text)
    {
        var path = text?.Trim().TrimEnd('/') ?? "";
        if (path.Length == 0) return PathString.Empty;
        var isPath = path[0] == '/' && path.Length <= MaxLength && !path.Contains("//", StringComparison.Ordinal)
            && path.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '-' or '_' or '.' or '~');
        return isPath ? new PathString(path) : (PathString?)null;
    }
}
