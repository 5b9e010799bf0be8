using System.Net;
using System.Text;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Realtime;

/// <summary>A connection over server-sent events or long polling is its user's alone. No database decides it, so one engine will do.</summary>
public sealed class NegotiatedConnectionTests(SqliteServer on) : ServerTests(on), IClassFixture<SqliteServer>
{
    private const string HubPath = "/hubs/chat";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Nobody_else_sends_to_a_connection_polls_it_or_ends_it(int version)
    {
        User ann = await User("ann"), eve = await User("eve");
        var path = $"{HubPath}?id={await Negotiate(ann, version)}";

        foreach (var begins in new[] { false, true })
        {
            // Before its user polls it, and after.
            if (begins) (await Ask(ann, HttpMethod.Get, path)).Should().Be(HttpStatusCode.OK);
            (await Ask(eve, HttpMethod.Post, path, Handshake)).Should().Be(HttpStatusCode.Forbidden);
            (await Ask(eve, HttpMethod.Get, path)).Should().Be(HttpStatusCode.Forbidden);
            (await Ask(eve, HttpMethod.Get, path, accept: "text/event-stream")).Should().Be(HttpStatusCode.Forbidden);
            (await Ask(eve, HttpMethod.Delete, path)).Should().Be(HttpStatusCode.Forbidden);
            (await PlainSocket.KnockStatus(Server.SocketUrl($"{path}&access_token={eve.Token}"))).Should().Be(HttpStatusCode.Forbidden);
            await eve.Get(path).Fails(403, "This connection belongs to another user", "foreign_connection");
        }

        // Nothing of eve's came in: the handshake is still to be made.
        (await Ask(ann, HttpMethod.Post, path, Handshake)).Should().Be(HttpStatusCode.OK);
        (await Ask(Keep(await ann.OnAnotherDevice()), HttpMethod.Get, path)).Should().Be(HttpStatusCode.OK, "another token of the same user will do");
        (await Ask(ann, HttpMethod.Delete, path)).Should().Be(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_connection_that_was_not_negotiated_is_404()
    {
        var ann = await User("ann");
        await ann.Get($"{HubPath}?id=unknown").Fails(404, code: "not_found");
        await ann.Post($"{HubPath}?id=unknown").Fails(404);
        (await PlainSocket.KnockStatus(Server.SocketUrl($"{HubPath}?id=unknown&access_token={ann.Token}")))
            .Should().Be(HttpStatusCode.SwitchingProtocols, "another node may have negotiated it");
    }

    private const string Handshake = "{\"protocol\":\"json\",\"version\":1}\u001e";

    private static async Task<string> Negotiate(User user, int version)
    {
        var answer = await user.Post($"{HubPath}/negotiate?negotiateVersion={version}").Ok();
        return answer.Text(version == 0 ? "connectionId" : "connectionToken");
    }

    private static async Task<HttpStatusCode> Ask(User user, HttpMethod method, string path, string? body = null, string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "text/plain");
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);
        using var reply = await user.Raw(request);
        return reply.StatusCode;
    }
}
