using System.Net.Http.Headers;
using System.Text.Json;
using FluentAssertions;

namespace Connectify.Tests.Support;

/// <summary>A response over REST.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The JSON body; undefined where there is none.</param>
/// <param name="Text">The body as it came.</param>
/// <param name="Headers">The response's headers.</param>
public sealed record Reply(int Status, JsonElement Body, string Text, HttpResponseHeaders Headers)
{
    public string Detail => Body.Text("detail");

    public string Code => Body.Text("code");
}

/// <summary>What a test expects of a reply, in the sentence that asks for it: <c>await bo.Get(path).Fails(404)</c>.</summary>
public static class ReplyExpectations
{
    /// <returns>The body of a 200.</returns>
    public static Task<JsonElement> Ok(this Task<Reply> reply) => reply.Has(200);

    /// <returns>The body of a 201.</returns>
    public static Task<JsonElement> Created(this Task<Reply> reply) => reply.Has(201);

    public static Task NoContent(this Task<Reply> reply) => reply.Has(204);

    /// <returns>The error's body, which always has <c>detail</c> and <c>code</c>.</returns>
    public static async Task<JsonElement> Fails(this Task<Reply> reply, int status, string? detail = null, string? code = null)
    {
        var body = await reply.Has(status);
        body.Text("detail").Should().NotBeNullOrWhiteSpace();
        body.Text("code").Should().MatchRegex("^[a-z0-9_]+$");
        if (detail is not null) body.Text("detail").Should().Be(detail);
        if (code is not null) body.Text("code").Should().Be(code);
        return body;
    }

    private static async Task<JsonElement> Has(this Task<Reply> reply, int status)
    {
        var got = await reply;
        got.Status.Should().Be(status, "the body was {0}", got.Text);
        return got.Body;
    }
}
