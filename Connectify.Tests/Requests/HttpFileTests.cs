using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Requests;

public sealed class HttpFileTests(SqliteServer on) : ServerTests(on), IClassFixture<SqliteServer>
{
    [Fact]
    public async Task The_requests_run_from_top_to_bottom()
    {
        var file = RepositoryFolder.Of("requests", "connectify.http");
        var sent = await new HttpFile(file, Server.Url).Run();
        var requests = File.ReadLines(file).Count(line => line.StartsWith("### ", StringComparison.Ordinal));
        sent.Should().HaveCount(requests).And.HaveCountGreaterThan(40);
    }
}
