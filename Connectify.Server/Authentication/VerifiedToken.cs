using Microsoft.IdentityModel.Tokens;

namespace Connectify.Server.Authentication;

/// <summary>What an access token says, once its signature, issuer, audience and time have been found right.</summary>
/// <param name="userId">Whose it is.</param>
/// <param name="sessionId">The login it was issued for.</param>
/// <param name="tokenId">Its <c>jti</c>.</param>
/// <param name="issuer">Its <c>iss</c>.</param>
/// <param name="validFrom">When it was issued, in UTC.</param>
/// <param name="validTo">When it ends, in UTC.</param>
internal sealed class VerifiedToken(long userId, long sessionId, string tokenId, string issuer, DateTime validFrom, DateTime validTo)
    : SecurityToken
{
    public long UserId => userId;

    public long SessionId => sessionId;

    public override string Id => tokenId;

    public override string Issuer => issuer;

    public override DateTime ValidFrom => validFrom;

    public override DateTime ValidTo => validTo;

    /// <summary>Not kept: nothing here asks which key it was.</summary>
    public override SecurityKey? SecurityKey => null;

    /// <inheritdoc cref="SecurityKey" />
    public override SecurityKey? SigningKey { get; set; }
}
