using System.Text.RegularExpressions;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.ApiDocs;

public sealed class ReferencePageTests(SqliteServer on) : ServerTests(on), IClassFixture<SqliteServer>
{
    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/")]
    public async Task It_needs_nothing_from_elsewhere_and_allows_nothing_else(string path)
    {
        var page = await Nobody.Get(path);
        page.Status.Should().Be(200);
        var policy = string.Join("", page.Headers.GetValues("Content-Security-Policy"));
        policy.Should().StartWith("default-src 'none'").And.NotContain("unsafe");
        page.Text.Should().Contain("/openapi/v1.json").And.Contain("/asyncapi.json");
        page.Text.Should().NotContain("<style").And.NotContain("style=").And.NotMatchRegex(@"\son\w+=");

        // Relative: the server may be under a sub path.
        var addresses = Regex.Matches(page.Text, @"(?:src|href)=""([^""]+)""").Select(match => match.Groups[1].Value).ToList();
        addresses.Should().NotContain(address => address.StartsWith('/'));
        var parts = addresses.Select(address => new Uri(new Uri(Server.Url, path), address).AbsolutePath).Where(part => part.StartsWith("/docs/", StringComparison.Ordinal)).ToList();
        parts.Should().BeEquivalentTo("/docs/docs.css", "/docs/docs.js");
        foreach (var part in parts.Append("/docs/elements.js").Append("/docs/schema.js"))
        {
            var reply = await Nobody.Get(part);
            reply.Status.Should().Be(200);
            reply.Text.Should().NotMatchRegex("https?://", "{0} takes nothing from elsewhere", part).And.NotContain("innerHTML");
        }
    }
}
