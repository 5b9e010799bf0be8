using System.Globalization;
using System.Security.Claims;

namespace Connectify.Server.Accounts;

/// <summary>A caller as the framework's identity: <c>User.Identity</c> of a request or hub connection on any transport.</summary>
internal sealed class CallerIdentity(Caller caller) : ClaimsIdentity(
    [
        new Claim("sub", caller.UserId.ToString(CultureInfo.InvariantCulture)),
        new Claim("username", caller.Username),
        new Claim("jti", caller.TokenId),
    ],
    Bearer.Name, "username", null)
{
    public Caller Caller => caller;
}
