using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Hosting;

/// <summary>How the server hands out the browser client.</summary>
public sealed class BrowserClientTests(SqliteServer on) : ServerTests(on), IClassFixture<SqliteServer>
{
    public static TheoryData<string, string> Files { get; } = new()
    {
        { "/", "text/html" },
        { "/index.html", "text/html" },
        { "/js/main.js", "text/javascript" },
        { "/css/base.css", "text/css" },
        { "/favicon.svg", "image/svg+xml" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_file_comes_with_its_type_its_tag_and_the_policy(string path, string contentType)
    {
        using var answer = await Ask(HttpMethod.Get, path);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.Should().Be(contentType);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.Should().Contain("default-src 'none'").And.Contain("script-src 'self';").And.Contain("frame-ancestors 'none'");
        policy.Should().NotContain("unsafe").And.NotContain("*").And.NotContain("data:");
        answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        answer.Headers.GetValues("Referrer-Policy").Should().Equal("no-referrer");
        answer.Headers.CacheControl!.NoCache.Should().BeTrue();

        using var again = await Ask(HttpMethod.Get, path, answer.Headers.ETag);
        again.StatusCode.Should().Be(HttpStatusCode.NotModified);
        using var head = await Ask(HttpMethod.Head, path);
        head.StatusCode.Should().Be(HttpStatusCode.OK);
        (await head.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData("/nothing/")]
    [InlineData("/js/nothing.js")]
    [InlineData("/js/")]
    [InlineData("/css")]
    [InlineData("/appsettings.json")]
    [InlineData("/../appsettings.json")]
    [InlineData("/%2e%2e/appsettings.json")]
    [InlineData("/js/..%2f..%2fappsettings.json")]
    [InlineData("/Connectify.Server.csproj")]
    public async Task Whatever_is_no_file_of_the_client_is_404_in_JSON(string path)
        => await Nobody.Get(path).Fails(404, "Not found", "not_found");

    [Fact]
    public async Task Only_reading_is_answered() => await Nobody.Post("/").Fails(404, "Not found", "not_found");

    [Fact]
    public void Every_file_is_the_project_s_own_and_has_nothing_inline()
    {
        var root = RepositoryFolder.Of("Connectify.Server", "wwwroot");
        var page = File.ReadAllText(Path.Combine(root, "index.html"));

        page.Should().NotContain("<style").And.NotContain(" style=").And.NotContain("http:").And.NotContain("https:");
        page.Split("<script").Should().HaveCount(2).And.Subject.Last().Should().StartWith(" type=\"module\" src=\"/js/main.js\"></script>");
        foreach (var script in Directory.EnumerateFiles(root, "*.js", SearchOption.AllDirectories))
        {
            File.ReadAllText(script).Should().NotContainAny("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser");
        }
    }

    [Fact]
    public async Task Addresses_in_the_page_and_its_modules_are_relative_and_never_change_their_content()
    {
        var page = (await Nobody.Get("/")).Text;
        var addresses = Regex.Matches(page, "(?:href|src)=\"([^\"]+)\"").Select(match => match.Groups[1].Value).ToList();
        addresses.Should().OnlyContain(address => address.StartsWith("./", StringComparison.Ordinal));
        var modules = Directory.EnumerateFiles(RepositoryFolder.Of("Connectify.Server", "wwwroot", "js"), "*.js", SearchOption.AllDirectories).Count();
        addresses.Where(address => address.Contains("/js/", StringComparison.Ordinal)).Distinct().Should().HaveCount(modules, "each is asked for at once");

        foreach (var address in addresses.Distinct())
        {
            using var answer = await Ask(HttpMethod.Get, address[1..]);
            answer.StatusCode.Should().Be(HttpStatusCode.OK);
            answer.Headers.CacheControl!.ToString().Should().Contain("immutable").And.Contain("max-age=31536000");
            var version = address.Split("?v=")[1];
            var content = await answer.Content.ReadAsStringAsync();
            foreach (Match import in Regex.Matches(content, "(?:from|import) \"([^\"]+)\"")) import.Groups[1].Value.Should().EndWith($".js?v={version}");
        }

        using var unknown = await Ask(HttpMethod.Get, "/js/main.js?v=another");
        unknown.Headers.CacheControl!.NoCache.Should().BeTrue("a node with other files must not be remembered");
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("gzip;q=0", "")]
    public async Task Texts_are_compressed_as_the_client_accepts_it(string accepted, string? encoding = null)
    {
        using var plain = await Ask(HttpMethod.Get, "/js/main.js");
        using var answer = await Ask(HttpMethod.Get, "/js/main.js", accepted: accepted);
        encoding ??= accepted;

        answer.Headers.Vary.Should().Equal("Accept-Encoding");
        string.Join(',', answer.Content.Headers.ContentEncoding).Should().Be(encoding);
        await using var body = await answer.Content.ReadAsStreamAsync();
        await using var content = encoding switch { "br" => new BrotliStream(body, CompressionMode.Decompress), "gzip" => new GZipStream(body, CompressionMode.Decompress), _ => body };
        using var reader = new StreamReader(content);
        (await reader.ReadToEndAsync()).Should().Be(await plain.Content.ReadAsStringAsync());
        answer.Headers.ETag.Should().Match<EntityTagHeaderValue>(tag => encoding.Length == 0 == tag.Equals(plain.Headers.ETag));
        using var again = await Ask(HttpMethod.Get, "/js/main.js", answer.Headers.ETag, accepted);
        again.StatusCode.Should().Be(HttpStatusCode.NotModified);
    }

    private async Task<HttpResponseMessage> Ask(HttpMethod method, string path, EntityTagHeaderValue? known = null, string? accepted = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (accepted is not null) request.Headers.Add("Accept-Encoding", accepted);
        if (known is not null) request.Headers.IfNoneMatch.Add(known);
        return await Nobody.Raw(request);
    }
}
