using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Connectify.Tests.Support;

namespace Connectify.Tests.Scenarios;

/// <summary>What became of something that was asked for.</summary>
/// <param name="Known">What is known of it.</param>
/// <param name="Body">What was answered; undefined where nothing was.</param>
internal sealed record Answer(Known Known, JsonElement Body)
{
    public static Answer None { get; } = new(Known.Nothing, default);

    /// <summary>The HTTP status; 0 where there was no answer.</summary>
    public int Status { get; init; }

    /// <summary>Whether it says when to try again.</summary>
    public bool SaysWhen { get; init; }
}

/// <summary>Asks any node over REST, as behind a load balancer without health checks.</summary>
internal sealed class Rest(Cluster cluster) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), UseCookies = false }) { Timeout = Timeout };

    /// <summary>Asks once, any node.</summary>
    public Task<Answer> Ask(HttpMethod method, string path, string? token, object? body = null)
        => AskAt(cluster.Nodes[Random.Shared.Next(cluster.Nodes.Count)], method, path, token, body);

    /// <summary>Asks one node once.</summary>
    public async Task<Answer> AskAt(Node node, HttpMethod method, string path, string? token, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(node.Url, path));
        if (body is not null) request.Content = new StringContent(JsonReading.Json(body).GetRawText(), Encoding.UTF8, "application/json");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await _http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            var known = (int)response.StatusCode switch
            {
                >= 200 and < 300 => Known.Done,
                >= 400 and < 500 => Known.Refused,
                _ => Known.Nothing,
            };
            return new Answer(known, text.Length > 0 ? JsonElement.Parse(text) : default)
            {
                Status = (int)response.StatusCode,
                SaysWhen = response.Headers.RetryAfter is not null,
            };
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return Answer.None;
        }
    }

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="ask">Asks once.</param>
    /// <param name="within">How long to go on.</param>
    /// <param name="isEnough">What counts as one.</param>
    public static async Task<Answer> Insist(Func<Task<Answer>> ask, TimeSpan within, Func<Answer, bool>? isEnough = null)
    {
        using var patience = new CancellationTokenSource(within);
        while (true)
        {
            var answer = await ask();
            if (isEnough?.Invoke(answer) ?? answer.Known == Known.Done) return answer;
            if (patience.IsCancellationRequested) throw new TimeoutException($"No answer within {within.TotalSeconds:0} s; the last was {answer}");
            await Task.Delay(Pause);
        }
    }

    public void Dispose() => _http.Dispose();
}
