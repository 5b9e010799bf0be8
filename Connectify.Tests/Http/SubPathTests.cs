using System.Net;
using Connectify.Migrations;
using Connectify.Server.Kernel;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;
using ServerProgram = Connectify.Server.Program;

namespace Connectify.Tests.Http;

/// <summary>The server under a sub path, as a proxy serves it. Shared by both engines: no SQL is involved.</summary>
public sealed class SubPathTests : IAsyncLifetime
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private TestServer? _configured;
    private TestServer? _plain;

    public async Task InitializeAsync()
    {
        _configured = await TestServer.Start(DatabaseEngine.Sqlite, "--PathBase=/chat/");
        _plain = await TestServer.Start(DatabaseEngine.Sqlite);
    }

    public async Task DisposeAsync()
    {
        await _configured!.DisposeAsync();
        await _plain!.DisposeAsync();
    }

    [Theory]
    [InlineData("/chat/readyz")]
    [InlineData("/readyz")]
    public async Task A_configured_path_is_served_whole_and_stripped(string path)
        => (await Http.GetAsync(new Uri(_configured!.Url, path))).StatusCode.Should().Be(HttpStatusCode.OK);

    [Fact]
    public async Task A_page_links_to_itself_below_the_path()
    {
        using var ann = await User.Register(_configured!, "ann", 1);
        var page = await ann.Get("/chat/api/accounts/organizations/1/users/?page_size=1").Ok();
        page.Text("next").Should().StartWith($"{_configured!.Url}chat/api/accounts/organizations/1/users/?page=2");
    }

    [Fact]
    public async Task A_local_proxys_prefix_is_part_of_links()
    {
        using var ann = await User.Register(_plain!, "ann", 1);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_plain!.Url, "/api/accounts/organizations/1/users/?page_size=1"));
        request.Headers.Add("Authorization", $"Bearer {ann.Token}");
        request.Headers.Add("X-Forwarded-Prefix", "/chat");
        var body = await (await Http.SendAsync(request)).Content.ReadAsStringAsync();
        body.Should().Contain($"\"next\":\"{_plain.Url}chat/api/accounts/");
    }

    [Theory]
    [InlineData("no-slash")]
    [InlineData("/a//b")]
    [InlineData("/\"><script>")]
    public async Task A_prefix_that_is_no_path_is_ignored(string prefix)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_plain!.Url, "/openapi/v1.json"));
        request.Headers.TryAddWithoutValidation("X-Forwarded-Prefix", prefix);
        var body = await (await Http.SendAsync(request)).Content.ReadAsStringAsync();
        body.Should().Contain("\"url\": \"/\"");
    }

    [Fact]
    public async Task The_page_gets_its_slash()
    {
        var answer = await Http.GetAsync(new Uri(_configured!.Url, "/chat"));
        answer.StatusCode.Should().Be(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().Should().Be("/chat/");
    }

    [Fact]
    public void A_configured_path_that_is_none_stops_the_start()
    {
        var start = () => ServerProgram.Build(["--PathBase=chat", "--environment=Development", $"--contentRoot={RepositoryFolder.Of("Connectify.Server")}"]);
        start.Should().Throw<StartupException>().WithMessage("PathBase is no path*");
    }
}
