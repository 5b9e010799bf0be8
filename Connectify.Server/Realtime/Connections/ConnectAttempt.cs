using System.Security.Cryptography;
using System.Text;
using Connectify.Server.Authentication;

namespace Connectify.Server.Realtime.Connections;

/// <summary>Who asks for a socket, where, and with which token.</summary>
internal sealed class ConnectAttempt(HttpContext context)
{
    private string _text = $"{context.Connection.RemoteIpAddress}\n{context.Request.Path.Value?.TrimEnd('/')}\n{BearerScheme.TokenIn(context.Request)}";

    /// <summary>Hashed: no refused token is kept, and a key is short whatever was sent.</summary>
    public string Key => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(_text)));

    /// <summary>Whoever is in has his token no longer kept.</summary>
    public void Forget() => _text = "";
}
