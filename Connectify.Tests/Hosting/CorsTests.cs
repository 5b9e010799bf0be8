using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Hosting;

public sealed class CorsTests
{
    private const string Friend = "https://chat.example.com";

    [Fact]
    public async Task Configured_origins_may_read_replies_refusals_too_and_others_may_not()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite, $"--Cors:Origins:0={Friend}");
        using var client = new ApiClient(server);

        (await Allowed(client, HttpMethod.Get, Friend)).Should().Be((401, Friend));
        (await Allowed(client, HttpMethod.Get, "https://evil.example.com")).Should().Be((401, null));
        (await Allowed(client, HttpMethod.Options, Friend)).Should().Be((204, Friend));
        (await Allowed(client, HttpMethod.Options, "https://evil.example.com")).Origin.Should().BeNull();
    }

    private static async Task<(int Status, string? Origin)> Allowed(ApiClient client, HttpMethod method, string origin)
    {
        using var request = new HttpRequestMessage(method, "/api/accounts/profile/");
        request.Headers.Add("Origin", origin);
        if (method == HttpMethod.Options)
        {
            request.Headers.Add("Access-Control-Request-Method", "PUT");
            request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        }

        using var response = await client.Raw(request);
        var allowed = response.Headers.TryGetValues("Access-Control-Allow-Origin", out var origins) ? origins.Single() : null;
        return ((int)response.StatusCode, allowed);
    }
}
