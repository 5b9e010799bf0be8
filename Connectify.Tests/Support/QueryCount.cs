using System.Diagnostics;

namespace Connectify.Tests.Support;

/// <summary>Counts the round trips of one request to PostgreSQL, told apart from all others by its trace.</summary>
public sealed class QueryCount : IDisposable
{
    private const int Times = 4;

    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ActivityListener _listener;
    private int _count;

    public QueryCount()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == "Npgsql" && activity.TraceId == _trace) Interlocked.Increment(ref _count);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <returns>How many round trips a GET costs, without what it has to ask only now and then.</returns>
    public async Task<int> Of(ApiClient client, string path)
    {
        var least = int.MaxValue;
        for (var i = 0; i < Times; i++)
        {
            Interlocked.Exchange(ref _count, 0);
            await Ask(client, path);
            least = Math.Min(least, _count);
        }

        return least;
    }

    public void Dispose() => _listener.Dispose();

    private async Task Ask(ApiClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("traceparent", $"00-{_trace}-{ActivitySpanId.CreateRandom()}-01");
        using var response = await client.Raw(request);
        response.EnsureSuccessStatusCode();
    }
}
