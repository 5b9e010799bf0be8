using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.Contracts;

/// <summary>Who may do what: every endpoint that is mapped, for every role.</summary>
public abstract class AuthorizationTests(ServerFixture on) : CastTests(on)
{
    [Fact]
    public void The_table_has_every_endpoint()
    {
        var mapped = Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(
            endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["*"])
                .Where(method => method != HttpMethods.Connect || !endpoint.RoutePattern.RawText!.StartsWith("/ws/", StringComparison.Ordinal))
                .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"));
        mapped.Should().BeEquivalentTo(Api.Endpoints.Select(endpoint => endpoint.Key));
    }

    [Fact]
    public async Task Everybody_gets_what_the_table_says()
    {
        var cast = await Everybody();
        var surprises = new List<string>();
        foreach (var endpoint in Api.Endpoints)
        {
            foreach (var (role, who, expected) in Roles(cast, endpoint))
            {
                var reply = await Ask(who, endpoint, cast.Path(endpoint.Pattern), Content(cast, endpoint));
                if (reply.Status != expected) surprises.Add($"{endpoint.Key} for {role}: {expected} expected, got {reply.Status} {reply.Text}");
                if (reply.Status >= 400 && WhatIsWrongWith(reply, endpoint, who) is { } wrong) surprises.Add($"{endpoint.Key} for {role}: {wrong}: {reply.Text}");
                if (reply.Status < 300 && endpoint.Method is not ("GET" or "HEAD")) await cast.Reset();
            }
        }

        surprises.Should().BeEmpty();
    }

    [Fact]
    public async Task To_another_organization_it_is_as_if_it_did_not_exist()
    {
        var cast = await Everybody();
        foreach (var endpoint in Api.Endpoints.Where(endpoint => endpoint.HidesFromStrangers))
        {
            var known = await Ask(cast.Stranger, endpoint, cast.Path(endpoint.Pattern), Content(cast, endpoint));
            var unknown = await Ask(cast.Stranger, endpoint, Contracts.Roles.UnknownPath(endpoint.Pattern), Content(cast, endpoint));
            unknown.Status.Should().Be(404);
            known.Text.Should().Be(unknown.Text, "{0} must not tell that it is there", endpoint.Key);
            known.Headers.Select(header => header.Key).Should().BeEquivalentTo(unknown.Headers.Select(header => header.Key));
        }
    }

    [Fact]
    public async Task A_conversation_is_no_group_and_a_group_no_conversation()
    {
        var cast = await Everybody();
        foreach (var endpoint in Api.Endpoints.Where(endpoint => endpoint.HidesFromStrangers && endpoint.Pattern.StartsWith("/api/messaging/", StringComparison.Ordinal)))
        {
            var crossed = Crossed(cast.Path(endpoint.Pattern));
            if (crossed == cast.Path(endpoint.Pattern)) continue;
            (await Ask(cast.Owner, endpoint, crossed, Content(cast, endpoint))).Status.Should().BeOneOf([404, 405], endpoint.Key);
        }
    }

    private static (string Role, ApiClient Who, int Expected)[] Roles(Roles cast, Endpoint endpoint) =>
    [
        ("anonymous", cast.Anonymous, endpoint.Anonymous),
        ("deactivated", cast.Deactivated, endpoint.Anonymous),
        ("pending", cast.Pending, endpoint.Pending),
        ("stranger", cast.Stranger, endpoint.Stranger),
        ("outsider", cast.Outsider, endpoint.Outsider),
        ("member", cast.Member, endpoint.Member),
        ("owner", cast.Owner, endpoint.Owner),
    ];

    private static StringContent? Content(Roles cast, Endpoint endpoint)
        => endpoint.Body is null ? null : HostileInputs.Json(cast.BodyOf(endpoint).GetRawText());

    private static string? WhatIsWrongWith(Reply reply, Endpoint endpoint, ApiClient who)
    {
        var isTokenAtFault = endpoint.Anonymous == 401 && endpoint.Owner != 401 && who.Token is not null;
        var challenge = isTokenAtFault ? "Bearer error=\"invalid_token\"" : "Bearer";
        if (reply.Status == 401 && reply.Headers.WwwAuthenticate.ToString() != challenge) return "no challenge";
        if (endpoint.Method is "HEAD" or "*") return null;
        return reply.Body.ValueKind != default && reply.Body.Has("detail") && reply.Body.Has("code") ? null : "no detail and code";
    }

    private static string Crossed(string path) => path.Contains("/conversations/", StringComparison.Ordinal)
        ? path.Replace("/conversations/", "/group-chats/", StringComparison.Ordinal)
        : path.Replace("/group-chats/", "/conversations/", StringComparison.Ordinal);

    public sealed class OnSqlite(SqliteServer on) : AuthorizationTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : AuthorizationTests(on), IClassFixture<PostgresServer>;
}
