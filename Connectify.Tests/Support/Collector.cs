using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connectify.Tests.Support;

/// <summary>A collector of OTLP over HTTP that keeps what it is sent: protobuf, in which texts stand as they are.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<byte[]>> _received = new();

    private Collector(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>Everything that came so far, all as one text.</summary>
    public string All => Of("/v1/traces") + Of("/v1/metrics");

    public static async Task<Collector> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new Collector(builder.Build());
        collector._app.MapPost("/v1/{signal}", collector.Take);
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>What came for one signal: <c>/v1/traces</c>, <c>/v1/metrics</c>.</summary>
    public string Of(string path)
        => string.Concat(_received.GetValueOrDefault(path, []).Select(body => Encoding.Latin1.GetString(body)));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> Take(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        _received.GetOrAdd(request.Path, _ => []).Enqueue(body.ToArray());
        return Results.Bytes([], "application/x-protobuf");
    }
}
