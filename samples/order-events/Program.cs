// Tells a user's connected clients that an order was shipped. It needs nothing of the chat server but its Redis:
//   dotnet run --project samples/order-events -- 127.0.0.1:6379 42 7
// The arguments: the server's ConnectionStrings:Redis (with channelPrefix=… where it has a Redis:ChannelPrefix), a user's id, an order's id.
using System.Globalization;
using System.Text.Json;
using Connectify.Protocol;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

if (args is not [var redis, var userId, var order] || !long.TryParse(order, NumberStyles.None, CultureInfo.InvariantCulture, out var orderId))
{
    await Console.Error.WriteLineAsync("usage: order-events HOST:PORT USER_ID ORDER_ID");
    return 2;
}

var services = new ServiceCollection();
services.AddLogging();
services.AddSignalR()
    .AddJsonProtocol(json => json.PayloadSerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower)
    .AddStackExchangeRedis(options =>
    {
        options.Configuration = ConfigurationOptions.Parse(redis);

        // A long-running worker starts without Redis too, and while Redis is down its sends fail at once, not after 5 s.
        options.Configuration.AbortOnConnectFail = false;
        options.Configuration.BacklogPolicy = BacklogPolicy.FailFast;
    });
await using var provider = services.BuildServiceProvider();
var clients = provider.GetRequiredService<IHubContext<ApplicationEvents>>().Clients;
try
{
    await clients.User(userId).SendAsync("order_shipped", new { OrderId = orderId });
    Console.WriteLine($"Order {orderId}: sent to user {userId}");
    return 0;
}
catch (RedisException)
{
    // At most once: whatever must not be lost belongs into a database, where a client can ask for it.
    await Console.Error.WriteLineAsync($"Order {orderId}: not sent, Redis is down");
    return 1;
}

namespace Connectify.Protocol
{
    /// <summary>The server's type of this full name names the channels: a copy of this line is all that a sender needs.</summary>
    public sealed class ApplicationEvents : Hub;
}
