using Connectify.Migrations;
using Connectify.Server.Realtime.Connections;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Hosting;

public sealed class ShutdownTests
{
    [Fact]
    public async Task Where_no_client_is_connected_nothing_is_waited_for()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite);
        var drain = server.Services.GetRequiredService<Drain>();

        drain.Run(CancellationToken.None).IsCompletedSuccessfully.Should().BeTrue();
        drain.IsDraining.Should().BeTrue();
    }
}
