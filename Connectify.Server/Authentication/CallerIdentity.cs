using System.Globalization;
using System.Security.Claims;

namespace Connectify.Server.Authentication;

/// <summary>A caller as the framework's identity: <c>User.Identity</c> of a request or hub connection on any transport.</summary>
internal sealed class CallerIdentity(Caller caller) : ClaimsIdentity(BearerScheme.Name)
{
    public Caller Caller => caller;

    public override string Name => caller.Username;

    /// <summary>Made for whoever asks: nothing here does, and every socket would keep them.</summary>
    public override IEnumerable<Claim> Claims =>
    [
        new Claim("sub", caller.UserId.ToString(CultureInfo.InvariantCulture)),
        new Claim("username", caller.Username),
        new Claim("jti", caller.TokenId),
    ];
}
