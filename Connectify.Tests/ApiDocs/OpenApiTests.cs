using System.Text.Json;
using System.Text.RegularExpressions;
using Connectify.Tests.Contracts;
using Connectify.Tests.Support;
using FluentAssertions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Connectify.Tests.ApiDocs;

/// <summary>What the server says of its REST API, against the endpoints that there are and what they answer.</summary>
public sealed partial class OpenApiTests(SqliteServer on) : CastTests(on), IClassFixture<SqliteServer>
{
    // Described by /asyncapi.json, or the descriptions themselves.
    private static readonly string[] NotRest = ["/ws", "/hubs", "/docs", "/openapi", "/asyncapi.json"];

    [Fact]
    public async Task It_is_a_valid_document()
    {
        await using var judge = await Judge();
        judge.Document.Text("openapi").Should().StartWith("3.1.");
        (await judge.WhatIsWrongWithTheDocument("openapi")).Should().BeEmpty();
    }

    [Fact]
    public async Task It_has_every_endpoint_and_nothing_else()
    {
        var document = await Nobody.Get("/openapi/v1.json").Ok();
        var described = Operations(document).Select(operation => operation.Key).ToList();
        described.Should().OnlyHaveUniqueItems();
        var listed = Mapped().Where(one => !one.Endpoint.Metadata.OfType<IExcludeFromDescriptionMetadata>().Any());
        described.Should().BeEquivalentTo(listed.Select(one => one.Key));

        var aliases = Mapped().Where(one => one.Endpoint.Metadata.OfType<IExcludeFromDescriptionMetadata>().Any());
        aliases.Select(alias => Canonical(alias.Key)).Should().BeSubsetOf(described, "what is left out is another spelling of what is listed");
    }

    [Fact]
    public async Task Every_operation_says_what_it_does_and_what_it_takes()
    {
        var document = await Nobody.Get("/openapi/v1.json").Ok();
        var operations = Operations(document).ToDictionary(operation => operation.Key, operation => operation.Value);
        foreach (var (key, operation) in operations)
        {
            operation.Text("summary").Should().NotBeEmpty(key);
            operation.Items("tags").Should().ContainSingle(key);
        }

        operations.Values.Select(operation => operation.Text("operationId")).Should().OnlyHaveUniqueItems();
        foreach (var endpoint in Api.Endpoints.Where(endpoint => operations.ContainsKey(Key(endpoint))))
        {
            var operation = operations[Key(endpoint)];
            operation.Has("requestBody").Should().Be(endpoint.Body is not null, endpoint.Key);
            var needsToken = endpoint.Anonymous == 401 && !endpoint.Pattern.Contains("token", StringComparison.Ordinal)
                && !endpoint.Pattern.Contains("login", StringComparison.Ordinal);
            operation.Items("security").Should().HaveCount(needsToken ? 1 : 0, $"{endpoint.Key} says so, also where it is open to everybody");
            if (endpoint.Body is null) continue;
            operation.Part("requestBody").Part("content").Has("multipart/form-data").Should().Be(endpoint.TakesForms, endpoint.Key);
        }
    }

    [Fact]
    public async Task What_everybody_asks_and_is_answered_is_as_described()
    {
        await using var judge = await Judge();
        var described = Operations(judge.Document).ToDictionary(operation => operation.Key, operation => operation.Value);
        var cast = await Everybody();
        var (surprises, calls) = (new List<string>(), 0);
        foreach (var endpoint in Api.Endpoints.Where(endpoint => described.ContainsKey(Key(endpoint))))
        {
            foreach (var who in new[] { cast.Anonymous, cast.Pending, cast.Stranger, cast.Outsider, cast.Member, cast.Owner })
            {
                var body = cast.BodyOf(endpoint);
                var reply = await Ask(who, endpoint, cast.Path(endpoint.Pattern), endpoint.Body is null ? null : HostileInputs.Json(body.GetRawText()));
                var wrong = await WhatIsWrongWith(judge, endpoint, reply);
                if (reply.Status < 300 && endpoint.Body is not null) wrong = [.. wrong, .. await WhatIsWrongWithBody(judge, endpoint, body)];
                surprises.AddRange(wrong.Select(one => $"{endpoint.Key} {reply.Status}: {one}"));
                calls++;
                if (reply.Status < 300 && endpoint.Method is not ("GET" or "HEAD")) await cast.Reset();
            }

            if (endpoint.Body is null) continue;
            var malformed = await Ask(cast.Owner, endpoint, cast.Path(endpoint.Pattern), HostileInputs.Json("["));
            surprises.AddRange((await WhatIsWrongWith(judge, endpoint, malformed)).Select(one => $"{endpoint.Key} malformed: {one}"));
        }

        surprises.Distinct().Should().BeEmpty();
        calls.Should().BeGreaterThan(200);
    }

    [Fact]
    public async Task What_has_everything_in_it_is_as_described()
    {
        User ann = await User("ann"), bo = await User("bo");
        await using var judge = await Judge();
        await ann.Put("/api/accounts/profile/", new { bio = "b", dob = "1990-01-01", profile_image = "https://example.com/a.png" }).Ok();
        var form = new Form().With("name", "Team").With("description", "d").With("organization_id", await Organization())
            .With("member_ids", bo.Id).With("initial_message", "hi").WithFile("avatar", "a.png", "image/png", Pictures.Png);
        var group = $"group-chats/{(await ann.Send(HttpMethod.Post, "/api/messaging/group-chats/", form)).Body.Id()}/";
        var first = await ann.Says(group, "first");
        using var files = new Form().With("content", "look").With("reply_to", first.Id()).With("client_message_id", "a1")
            .WithFile("attachments", "a.png", "image/png", Pictures.Png);
        var sent = (await bo.Send(HttpMethod.Post, $"/api/messaging/{group}send_message/", files)).Body;
        await ann.Post($"/api/messaging/messages/{sent.Id()}/react/", new { emoji = "👍" }).Created();
        await ann.Post($"/api/messaging/{group}read/", new { message_id = sent.Id() }).Ok();

        var reply = await ann.Get($"/api/messaging/{group}messages/?page_size=1");
        reply.Body.Items("results")[0].Items("attachments").Should().ContainSingle();
        reply.Body.Items("results")[0].Items("reactions").Should().ContainSingle();
        reply.Body.IsNull("next").Should().BeFalse();
        await IsAsDescribed(judge, "GET", "/api/messaging/group-chats/{chatId}/messages/", reply);
        await IsAsDescribed(judge, "GET", "/api/messaging/group-chats/{id}/", await bo.Get($"/api/messaging/{group}"));
        await IsAsDescribed(judge, "GET", "/api/messaging/group-chats/", await bo.Get("/api/messaging/group-chats/"));
        await IsAsDescribed(judge, "GET", "/api/messaging/messages/{id}/", await bo.Get($"/api/messaging/messages/{sent.Id()}/"));
        await IsAsDescribed(judge, "GET", "/api/accounts/profile/", await ann.Get("/api/accounts/profile/"));
        await IsAsDescribed(judge, "GET", "/api/accounts/organizations/{organizationId}/users/", await bo.Get($"/api/accounts/organizations/{await Organization()}/users/?search=a"));
    }

    [Fact]
    public async Task What_closed_accounts_are_answered_is_described()
    {
        User root = await Superuser(), ann = await User("ann");
        await using var judge = await Judge();
        await root.Post("/api/accounts/deactivate/", new { user_id = ann.Id }).Ok();

        var described = Operations(judge.Document).ToDictionary(operation => operation.Key, operation => operation.Value.Part("responses"));
        var login = await Nobody.Post("/api/accounts/login/", new { username = ann.Username, password = TestServer.Password });
        var refresh = await Nobody.Post("/api/accounts/token/refresh/", new { refresh_token = ann.RefreshToken });
        var profile = await ann.Get("/api/accounts/profile/");

        described["POST /api/accounts/login"].Has($"{login.Status}").Should().BeTrue("{0}", login.Text);
        described["POST /api/accounts/token/refresh"].Has($"{refresh.Status}").Should().BeTrue("{0}", refresh.Text);
        described["GET /api/accounts/profile"].Has($"{profile.Status}").Should().BeTrue("{0}", profile.Text);
    }

    [Fact]
    public async Task Examples_are_as_described()
    {
        await using var judge = await Judge();
        var examples = 0;
        foreach (var (key, operation) in Operations(judge.Document))
        {
            if (!operation.Has("requestBody")) continue;
            var json = operation.Part("requestBody").Part("content").Part("application/json");
            if (!json.Has("example")) continue;
            var (method, path) = (key.Split(' ')[0], DocumentPath(judge.Document, key));
            (await judge.WhatIsWrongWith(json.Part("example"), "paths", path, method.ToLowerInvariant(), "requestBody", "content", "application/json", "schema"))
                .Should().BeEmpty(key);
            examples++;
        }

        examples.Should().BeGreaterThan(10);
    }

    private async Task<SchemaJudge> Judge() => await SchemaJudge.Of(await Nobody.Get("/openapi/v1.json").Ok());

    private static async Task IsAsDescribed(SchemaJudge judge, string method, string path, Reply reply)
    {
        reply.Status.Should().Be(200);
        (await judge.WhatIsWrongWith(reply.Body, "paths", path, method.ToLowerInvariant(), "responses", "200", "content", "application/json", "schema"))
            .Should().BeEmpty(path);
    }

    private static async Task<string[]> WhatIsWrongWith(SchemaJudge judge, Endpoint endpoint, Reply reply)
    {
        var path = DocumentPath(judge.Document, Key(endpoint));
        var responses = judge.Document.Part("paths").Part(path).Part(endpoint.Method.ToLowerInvariant()).Part("responses");
        if (!responses.TryGetProperty($"{reply.Status}", out var answer)) return ["this status is not described"];
        if (endpoint.Method == "HEAD") return [];
        string[] at = answer.Has("$ref")
            ? ["components", "responses", answer.Text("$ref").Split('/')[^1]]
            : ["paths", path, endpoint.Method.ToLowerInvariant(), "responses", $"{reply.Status}"];
        if (reply.Text.Length == 0) return answer.Has("content") ? ["a body was expected"] : [];
        return await judge.WhatIsWrongWith(reply.Body, [.. at, "content", "application/json", "schema"]);
    }

    private static Task<string[]> WhatIsWrongWithBody(SchemaJudge judge, Endpoint endpoint, JsonElement body)
    {
        // The tests' bodies name even the fields that only a form can fill.
        var fields = body.EnumerateObject().Where(field => field.Name is not ("attachments" or "avatar") || field.Value.ValueKind != JsonValueKind.Null);
        var json = JsonSerializer.SerializeToElement(fields.ToDictionary(field => field.Name, field => field.Value));
        return judge.WhatIsWrongWith(json, "paths", DocumentPath(judge.Document, Key(endpoint)), endpoint.Method.ToLowerInvariant(),
            "requestBody", "content", "application/json", "schema");
    }

    private IEnumerable<(string Key, RouteEndpoint Endpoint)> Mapped()
        => Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => !NotRest.Any(prefix => $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}".StartsWith(prefix, StringComparison.Ordinal)))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
                .Select(method => (Key($"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}"), endpoint)));

    private static IEnumerable<KeyValuePair<string, JsonElement>> Operations(JsonElement document)
        => document.Part("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Select(operation => KeyValuePair.Create(Key($"{operation.Name.ToUpperInvariant()} {path.Name}"), operation.Value)));

    private static string DocumentPath(JsonElement document, string key)
        => document.Part("paths").EnumerateObject().Select(path => path.Name).Single(path => Key($"GET {path}") == $"GET {key.Split(' ')[1]}");

    private static string Key(Endpoint endpoint) => Key(endpoint.Key);

    // One key for a path with and without constraints, with and without its last slash.
    private static string Key(string methodAndPath) => Constraint().Replace(methodAndPath, "{$1}").TrimEnd('/');

    private static string Canonical(string key)
    {
        var path = Regex.Replace(key, "/(create|delete)$", "");
        return Regex.Replace(path, "(send|add|remove|change)-", "$1_");
    }

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Constraint();
}
