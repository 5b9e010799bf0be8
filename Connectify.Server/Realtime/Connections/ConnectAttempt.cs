using System.Security.Cryptography;
using System.Text;
using Connectify.Server.Authentication;

namespace Connectify.Server.Realtime.Connections;

/// <summary>One attempt to open a socket: address, path and token.</summary>
internal sealed class ConnectAttempt(HttpContext context)
{
    private string _text = $"{context.Connection.RemoteIpAddress}\n{context.Request.Path.Value?.TrimEnd('/')}\n{BearerScheme.TokenIn(context.Request)}";

    /// <summary>Hashed: no refused token is kept, and a key is short whatever was sent.</summary>
    public string Key => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(_text)));

    /// <summary>Drops the token once the socket is in.</summary>
    public void Forget() => _text = "";
}
