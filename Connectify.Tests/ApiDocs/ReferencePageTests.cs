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

        var parts = Regex.Matches(page.Text, @"(?:src|href)=""(/docs/[^""]+)""").Select(match => match.Groups[1].Value).ToList();
        parts.Should().HaveCount(2);
        foreach (var part in parts.Append("/docs/elements.js").Append("/docs/schema.js"))
        {
            var reply = await Nobody.Get(part);
            reply.Status.Should().Be(200);
            reply.Text.Should().NotMatchRegex("https?://", "{0} takes nothing from elsewhere", part).And.NotContain("innerHTML");
        }
    }
}
