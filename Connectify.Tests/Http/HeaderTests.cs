using System.Net;
using Connectify.Migrations;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Http;

/// <summary>Headers of answers, and hosts that are pinned. Shared by both engines: no SQL is involved.</summary>
public sealed class HeaderTests : IAsyncLifetime
{
    private static readonly HttpClient Http = new();
    private TestServer? _server;

    public async Task InitializeAsync() => _server = await TestServer.Start(DatabaseEngine.Sqlite, "--AllowedHosts=127.0.0.1;chat.example");

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    [Theory]
    [InlineData("/api/accounts/profile/")]
    [InlineData("/api/no/such/path/")]
    [InlineData("/ws/messaging/")]
    public async Task No_cache_keeps_an_answer_and_no_browser_guesses_its_type(string path)
    {
        var answer = await Http.GetAsync(new Uri(_server!.Url, path));
        answer.Headers.CacheControl!.NoStore.Should().BeTrue();
        answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
    }

    [Fact]
    public async Task A_good_answer_has_them_too()
    {
        using var ann = await User.Register(_server!, "ann", 1);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server!.Url, "/api/accounts/profile/"));
        request.Headers.Add("Authorization", $"Bearer {ann.Token}");
        var answer = await Http.SendAsync(request);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.Should().BeTrue();
        answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
    }

    [Fact]
    public async Task The_reference_page_keeps_to_itself()
    {
        var answer = await Http.GetAsync(new Uri(_server!.Url, "/docs"));
        answer.Headers.GetValues("Referrer-Policy").Should().Equal("no-referrer");
        answer.Headers.GetValues("Cross-Origin-Opener-Policy").Should().Equal("same-origin");
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.BadRequest)]
    [InlineData("chat.example", HttpStatusCode.Unauthorized)]
    public async Task A_pinned_host_is_served_and_no_other(string host, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server!.Url, "/api/accounts/profile/"));
        request.Headers.Host = host;
        var answer = await Http.SendAsync(request);
        answer.StatusCode.Should().Be(expected);
        var body = await answer.Content.ReadAsStringAsync();
        body.Should().Contain("\"detail\":").And.Contain(expected == HttpStatusCode.BadRequest ? "unknown_host" : "not_authenticated");
    }
}
