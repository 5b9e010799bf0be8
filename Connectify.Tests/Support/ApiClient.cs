using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Connectify.Tests.Support;

/// <summary>A client of the REST API; paths are written out, so that a test shows what a client sends.</summary>
public class ApiClient(TestServer server) : IDisposable
{
    private const int LargeBody = 64 * 1024;

    private readonly HttpClient _http = new(Handler())
    {
        BaseAddress = server.Url,
        Timeout = TimeSpan.FromSeconds(60),
    };

    protected TestServer Server => server;

    /// <summary>The access token sent along; null sends none.</summary>
    public string? Token
    {
        get => _http.DefaultRequestHeaders.Authorization?.Parameter;
        set => _http.DefaultRequestHeaders.Authorization = value is null ? null : new AuthenticationHeaderValue("Bearer", value);
    }

    public Task<Reply> Get(string path) => Send(HttpMethod.Get, path, null);

    public Task<Reply> Post(string path, object? body = null) => Send(HttpMethod.Post, path, AsJson(body));

    public Task<Reply> Put(string path, object body) => Send(HttpMethod.Put, path, AsJson(body));

    public Task<Reply> Patch(string path, object body) => Send(HttpMethod.Patch, path, AsJson(body));

    public Task<Reply> Delete(string path) => Send(HttpMethod.Delete, path, null);

    /// <summary>Any content as it stands: malformed JSON, a wrong type, a <see cref="Form"/>.</summary>
    public async Task<Reply> Send(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };

        // A server that refuses a large body closes on it: asked first, its answer is never lost to a broken pipe.
        request.Headers.ExpectContinue = content is not null && (content.Headers.ContentLength ?? LargeBody) >= LargeBody;
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var isJson = text.Length > 0 && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        var body = isJson ? JsonElement.Parse(text) : default;
        return new Reply((int)response.StatusCode, body, text, response.Headers);
    }

    /// <summary>The response itself, for headers, ranges and bytes; the caller disposes it.</summary>
    public Task<HttpResponseMessage> Raw(HttpRequestMessage request) => _http.SendAsync(request);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => _http.Dispose();

    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        Expect100ContinueTimeout = TimeSpan.FromSeconds(30),
    };

    private static StringContent? AsJson(object? body)
        => body is null ? null : new StringContent(JsonReading.Json(body).GetRawText(), Encoding.UTF8, "application/json");
}
