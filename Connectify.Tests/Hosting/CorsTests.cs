using Connectify.Migrations;
using Connectify.Tests.Attachments;
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

    [Theory]
    [InlineData(null)]
    [InlineData(Friend)]
    [InlineData("https://evil.example.com")]
    public async Task Answers_that_depend_on_the_origin_say_so_to_caches(string? origin)
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite, $"--Cors:Origins:0={Friend}");
        using var client = new ApiClient(server);
        var files = await SharedFiles.In(server);
        var (file, picture) = (await files.Attach("GIF89a"), await files.Picture("GIF89a"));

        (await Vary(client, file, origin)).Should().Be((200, "Origin"));
        (await Vary(client, file, origin, HttpMethod.Head)).Should().Be((200, "Origin"));
        (await Vary(client, file, origin, range: "bytes=0-1")).Should().Be((206, "Origin"));
        (await Vary(client, file, origin, range: "bytes=900-")).Should().Be((416, "Origin"));
        (await Vary(client, file, origin, tag: "*")).Should().Be((304, "Origin"));
        (await Vary(client, picture, origin)).Should().Be((200, "Origin"));
        (await Vary(client, file + "x", origin)).Should().Be((403, "Origin"));
        (await Vary(client, "/api/accounts/profile/", origin)).Should().Be((401, "Origin"));
        (await Vary(client, "/api/nowhere/", origin)).Should().Be((404, "Origin"));
        (await Vary(client, "/api/accounts/login/", origin)).Should().Be((405, "Origin"));
        (await Vary(client, "/healthz", origin)).Should().Be((200, "Origin"));
        (await Vary(client, "/hubs/chat/negotiate", origin, HttpMethod.Post)).Should().Be((401, "Origin"));
        (await Allowed(client, HttpMethod.Options, Friend)).Should().Be((204, Friend));
    }

    [Fact]
    public async Task Without_configured_origins_nothing_depends_on_one()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite);
        using var client = new ApiClient(server);
        (await Vary(client, await (await SharedFiles.In(server)).Attach("GIF89a"), Friend)).Should().Be((200, ""));
    }

    private static async Task<(int Status, string Vary)> Vary(
        ApiClient client, string path, string? origin, HttpMethod? method = null, string? range = null, string? tag = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (origin is not null) request.Headers.Add("Origin", origin);
        if (range is not null) request.Headers.Add("Range", range);
        if (tag is not null) request.Headers.Add("If-None-Match", tag);
        using var response = await client.Raw(request);
        return ((int)response.StatusCode, string.Join(", ", response.Headers.Vary));
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
