using System.Globalization;
using Connectify.Server.Authentication;
using Microsoft.AspNetCore.SignalR;

namespace Connectify.Server.Realtime.Hub;

/// <summary>SignalR's name for a user: the account's id, such as <c>42</c>.</summary>
internal sealed class CallerUserIds : IUserIdProvider
{
    public string? GetUserId(HubConnectionContext connection)
        => (connection.User.Identity as CallerIdentity)?.Caller.UserId.ToString(CultureInfo.InvariantCulture);
}
