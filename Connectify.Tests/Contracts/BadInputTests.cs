using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connectify.Server.Http;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Contracts;

/// <summary>Nothing that anybody sends is answered with a 500, and nothing that is refused is stored.</summary>
public abstract class BadInputTests(ServerFixture on) : CastTests(on)
{
    private static readonly string[] BadIds = ["0", "-1", "abc", "9223372036854775808", "18446744073709551616", "1.5", "%20", "%F0%9F%91%8D"];

    private static readonly string[] Parameters = ["page", "page_size", "search", "emoji", "signature", "expires", "v", "id"];

    // What no field of any endpoint takes: none wants a number for a text, a text for an id, or an object.
    private static readonly string[] BadValues =
    [
        "{}", "[[]]", "true", "1.5", "-1", "0", "1e400", "9223372036854775808", "18446744073709551616", "\"a\\u0000b\"", "\"\\ud800\"", "[\"\\ud800\"]", "{\"a\":[{}]}",
    ];

    [Fact]
    public async Task Bodies_that_are_no_json_object()
    {
        var cast = await Everybody();
        await Refused(cast, endpoint => HostileInputs.Bodies.Append(Deep()).Select(text => ((HttpContent)HostileInputs.Json(text), 400))
            .Append((Bytes([.. "{\"content\":\"\u0000"u8, 0xff, .. "\"}"u8], "application/json"), 400))
            .Append((Bytes(Encoding.Unicode.GetBytes("{}"), "application/json; charset=utf-16"), 400)));
    }

    [Fact]
    public async Task Bodies_that_are_something_else()
    {
        var cast = await Everybody();
        string[] types = ["text/plain", "text/html", "application/xml", "application/x-www-form-urlencoded", "application/octet-stream", "image/png", "multipart/mixed; boundary=x"];
        await Refused(cast, endpoint => types.Select(type => ((HttpContent)Bytes(Encoding.UTF8.GetBytes(Body(cast, endpoint)), type), 415))
            .Append((Bytes([], null), endpoint.TakesForms ? 415 : 400))
            .Append((Bytes(Encoding.UTF8.GetBytes(Body(cast, endpoint)), null), 415))
            .Concat(endpoint.TakesForms ? [] : [(new Form().With("content", "hi"), 415)]));
    }

    [Fact]
    public async Task Bodies_that_are_too_large()
    {
        var cast = await Everybody();
        await Refused(cast, endpoint => [(HostileInputs.Json($"{{\"content\":\"{new string('x', RequestLimits.MaxBodyBytes)}\"}}"), 413)]);
    }

    [Fact]
    public async Task Forms_that_are_malformed()
    {
        var cast = await Everybody();
        string[] forms =
        [
            "", "--x", "--x\r\n", "--x--", "no boundary", "--x\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nbroken off",
            "--x\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--x--\r\n", "--x\r\n\r\nno headers\r\n--x--\r\n",
            "--x\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n\u00ff\u00fe\r\n--x--\r\n",
            "--x\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\na\0b\r\n--x--\r\n",
            "--x\r\n" + new string('h', 40_000) + ": x\r\n\r\n\r\n--x--\r\n",
        ];
        string[] types = ["multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=\"\"", $"multipart/form-data; boundary={new string('x', 500)}"];
        await Refused(cast, endpoint => endpoint.TakesForms && endpoint.Method != "PATCH"
            ? forms.SelectMany(form => types.Select(type => ((HttpContent)Bytes(Encoding.Latin1.GetBytes(form), type), 400)))
            : []);
    }

    [Fact]
    public async Task Fields_of_the_wrong_type()
    {
        var cast = await Everybody();
        await Refused(cast, endpoint =>
        {
            var fields = JsonNode.Parse(Body(cast, endpoint))!.AsObject().Select(field => field.Key).ToList();
            return fields.SelectMany(field => BadValues.Select(value => ((HttpContent)HostileInputs.Json(With(Body(cast, endpoint), field, value)), 400)));
        });
    }

    [Fact]
    public async Task Ids_that_are_none()
    {
        var cast = await Everybody();
        var before = await Stored();
        var root = await Superuser();
        foreach (var endpoint in Api.Endpoints)
        {
            foreach (var path in BadIds.SelectMany(id => cast.PathsWith(endpoint.Pattern, id)))
            {
                var reply = await Ask(Actor(cast, root, endpoint), endpoint, path, endpoint.Body is null ? null : HostileInputs.Json(Body(cast, endpoint)));
                reply.Status.Should().BeInRange(400, 499, "{0} {1} is refused", endpoint.Method, path);
                if (endpoint.Method != "HEAD") IsAnError(reply, $"{endpoint.Method} {path}");
            }
        }

        (await Stored()).Should().Be(before);
    }

    [Fact]
    public async Task Queries_of_any_kind()
    {
        var cast = await Everybody();
        var root = await Superuser();
        string[] values = ["%00", "%FF", "%ED%A0%80", "%", "%F0%9F%91%8D", "'", "a%25_!", "-1", "1e9", new string('9', 400), new string('x', 3_000)];
        foreach (var endpoint in Api.Endpoints.Where(endpoint => endpoint.Method is "GET" or "HEAD" or "*" || endpoint.Pattern.Contains("unreact", StringComparison.Ordinal)))
        {
            foreach (var query in values.Select(value => string.Join('&', Parameters.Select(name => $"{name}={value}"))))
            {
                foreach (var more in new[] { "", "&before=5", "&after=5" })
                {
                    var reply = await Ask(Actor(cast, root, endpoint), endpoint, $"{cast.Path(endpoint.Pattern)}?{query}{more}");
                    reply.Status.Should().BeLessThan(500, "{0}?{1}", endpoint.Key, query);
                }
            }
        }
    }

    /// <summary>Sends every endpoint with a body what it has to refuse.</summary>
    private async Task Refused(Roles cast, Func<Endpoint, IEnumerable<(HttpContent Content, int Status)>> bodies)
    {
        var before = await Stored();
        var root = await Superuser();
        var surprises = new List<string>();
        foreach (var endpoint in Api.Endpoints.Where(endpoint => endpoint.Body is not null))
        {
            foreach (var (content, status) in bodies(endpoint))
            {
                using (content)
                {
                    var sent = $"{endpoint.Key} with {content.Headers.ContentType}: {await Beginning(content)}";
                    var reply = await Refusal(Actor(cast, root, endpoint), endpoint, cast.Path(endpoint.Pattern), content);
                    if (reply.Status != status) surprises.Add($"{sent}: {status} expected, got {reply.Status} {reply.Text}");
                    else IsAnError(reply, sent);
                }
            }
        }

        surprises.Should().BeEmpty();
        (await Stored()).Should().Be(before, "what is refused leaves nothing behind");
    }

    // Who may do the most, so that nothing is refused before its body is looked at.
    private static User Actor(Roles cast, User root, Endpoint endpoint)
        => endpoint.Pattern.StartsWith("/api/accounts/", StringComparison.Ordinal) ? root : cast.Owner;

    private static async Task<Reply> Refusal(ApiClient who, Endpoint endpoint, string path, HttpContent content)
    {
        // So that the answer to what is refused unread is heard.
        using var request = new HttpRequestMessage(new HttpMethod(endpoint.Method), path) { Content = content };
        request.Headers.ExpectContinue = content.Headers.ContentLength > RequestLimits.MaxBodyBytes;
        using var response = await who.Raw(request);
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
        return new Reply((int)response.StatusCode, isJson ? JsonElement.Parse(text) : default, text, response.Headers);
    }

    private static void IsAnError(Reply reply, string sent)
    {
        if (sent.StartsWith('*') || sent.Contains("/hubs/", StringComparison.Ordinal)) return;
        reply.Body.ValueKind.Should().Be(JsonValueKind.Object, "{0} was answered with {1}", sent, reply.Text);
        reply.Detail.Should().NotBeNullOrWhiteSpace();
        reply.Code.Should().MatchRegex("^[a-z0-9_]+$");
    }

    private static async Task<string> Beginning(HttpContent content)
    {
        var text = await content.ReadAsStringAsync();
        return text.Length > 200 ? text[..200] : text;
    }

    private static string Body(Roles cast, Endpoint endpoint) => cast.BodyOf(endpoint).GetRawText();

    private static string With(string body, string field, string value)
    {
        var fields = JsonNode.Parse(body)!.AsObject();
        return $"{{{string.Join(',', fields.Select(one => $"\"{one.Key}\":{(one.Key == field ? value : one.Value?.ToJsonString() ?? "null")}"))}}}";
    }

    private static string Deep() => $"{{\"content\":\"hi\",\"x\":{string.Concat(Enumerable.Repeat("[", 40))}{string.Concat(Enumerable.Repeat("]", 40))}}}";

    private static ByteArrayContent Bytes(byte[] bytes, string? type)
    {
        var content = new ByteArrayContent(bytes);
        if (type is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }

    /// <summary>Whatever changes when anything is stored.</summary>
    private async Task<string> Stored() => string.Join(' ', await Server.Database.Query<long>(
        """
        SELECT count(*) FROM organizations UNION ALL SELECT count(*) FROM organization_members UNION ALL
        SELECT count(*) FROM users UNION ALL SELECT sum(updated_at) FROM users UNION ALL
        SELECT count(*) FROM chats UNION ALL SELECT sum(updated_at) FROM chats UNION ALL SELECT sum(last_seq) FROM chats UNION ALL
        SELECT count(*) FROM chat_members UNION ALL SELECT count(*) FROM messages UNION ALL SELECT count(*) FROM attachments UNION ALL
        SELECT count(*) FROM reactions UNION ALL SELECT count(*) FROM message_reads UNION ALL SELECT count(*) FROM blocks
        """,
        null,
        default));

    public sealed class OnSqlite(SqliteServer on) : BadInputTests(on), IClassFixture<SqliteServer>;

    public sealed class OnPostgres(PostgresServer on) : BadInputTests(on), IClassFixture<PostgresServer>;
}
