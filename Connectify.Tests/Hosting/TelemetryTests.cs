using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Connectify.Migrations;
using Connectify.Protocol;
using Connectify.Server.Diagnostics;
using Connectify.Server.Kernel;
using Connectify.Tests.Support;
using FluentAssertions;
using Xunit;

namespace Connectify.Tests.Hosting;

/// <summary>
/// What goes to a collector where the standard variables name one, and what never does. Alone in its process's time: spans
/// are the process's, and another test's server begins by asking whether its database is there.
/// </summary>
[CollectionDefinition(nameof(TelemetryTests), DisableParallelization = true)]
[Collection(nameof(TelemetryTests))]
public sealed class TelemetryTests
{
    private const string Content = "kumquat";

    [Fact]
    public async Task A_collector_gets_spans_and_metrics_but_no_token_no_content_and_no_password()
    {
        await using var collector = await Collector.Start();
        User ann;
        await using (var server = await TestServer.Start(
            DatabaseEngine.Postgres, $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"))
        {
            ann = await User.Register(server, "ann", 1);
            using var bo = await User.Register(server, "bo", 1);
            var chat = await ann.StartsConversation(bo);
            var anns = await ann.Listen(chat);
            await bo.JoinHub();
            await anns.Send(new { type = Frames.Message, content = Content });
            await anns.Hears(Frames.Message);
            await ann.Get($"/api/messaging/{chat}?token={ann.Token}").Ok();
            foreach (var user in new[] { ann, bo }) await user.HangUp();
        }

        // What has gathered is sent as the server stops.
        var traces = collector.Of("/v1/traces");
        traces.Should().ContainAll("connectify", "Npgsql", "store messages", "fan out", "SendMessage", "/api/messaging/conversations/");
        Around(traces, "\bSELECT 1").Should().BeEmpty("of the pulse of the database there would be more than of all else");
        collector.Of("/v1/metrics").Should().ContainAll(
            "connectify.messages.stored", "connectify.connections", "connectify.fan_out.duration", "http.server.request.duration", "kestrel.active_connections", "dotnet.gc");
        foreach (var secret in new[] { ann.Token!, ann.Token!.Split('.')[1], ann.RefreshToken, "token=", Content, TestServer.Password })
        {
            collector.All.Should().NotContain(secret);
        }

        ann.Dispose();
    }

    private static string Around(string text, string what)
        => text.IndexOf(what, StringComparison.Ordinal) is var at and >= 0 ? text[Math.Max(0, at - 400)..Math.Min(text.Length, at + 400)] : "";

    [Fact]
    public async Task A_request_is_named_by_its_route_and_says_how_it_was_answered()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Sqlite);
        var requests = new ConcurrentDictionary<ActivityTraceId, Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => requests.TryAdd(span.TraceId, span),
        };
        ActivitySource.AddActivityListener(listener);
        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
        var chat = await ann.StartsConversation(bo);

        await Is(HttpMethod.Get, $"{chat}messages/?page_size=5&token={ann.Token}", "GET /api/messaging/conversations/{chatId:long}/messages/", 200);
        await Is(HttpMethod.Post, $"{chat}send_message/", "POST /api/messaging/conversations/{chatId:long}/send_message/", 400);
        await Is(HttpMethod.Get, "conversations/999/", "GET /api/messaging/conversations/{id:long}/", 404);
        await Is(HttpMethod.Get, "nothing-there/", "GET", 404);
        await Is(new HttpMethod("HONK"), "nothing-there/", "HTTP", 404);

        async Task Is(HttpMethod method, string path, string name, int status)
        {
            var id = ActivityTraceId.CreateRandom();
            using var request = new HttpRequestMessage(method, $"/api/messaging/{path}");
            if (method == HttpMethod.Post) request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            request.Headers.Add("traceparent", $"00-{id}-{ActivitySpanId.CreateRandom()}-01");
            using var response = await ann.Raw(request);

            // The span ends after the answer has gone.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            Activity? span;
            while (!requests.TryGetValue(id, out span)) await Task.Delay(10, patience.Token);
            span.DisplayName.Should().Be(name);
            span.GetTagItem("http.request.method").Should().Be(name == "HTTP" ? "_OTHER" : method.Method);
            span.GetTagItem("http.route").Should().Be(name.Split(' ').ElementAtOrDefault(1));
            span.GetTagItem("http.response.status_code").Should().Be(status);
            span.TagObjects.Should().NotContain(tag => $"{tag.Value}".Contains("token=", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_message_can_be_followed_from_its_request_through_its_commit_to_everybodys_queues()
    {
        await using var server = await TestServer.Start(DatabaseEngine.Postgres);
        var request = ActivityTraceId.CreateRandom();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or Tracing.Name,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using User ann = await User.Register(server, "ann", 1), bo = await User.Register(server, "bo", 1);
        var chat = await ann.StartsConversation(bo);
        var bos = await bo.Listen(chat);

        using var send = new HttpRequestMessage(HttpMethod.Post, $"/api/messaging/{chat}send_message/")
        {
            Content = new StringContent("""{"content":"hi"}""", Encoding.UTF8, "application/json"),
        };
        send.Headers.Add("traceparent", $"00-{request}-{ActivitySpanId.CreateRandom()}-01");
        using var response = await ann.Raw(send);
        await bos.Hears(Frames.Message);

        // The request's own span ends after its answer has gone.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Activity? Span(string name) => spans.FirstOrDefault(span => span.TraceId == request && span.OperationName == name);
        while (Span("Microsoft.AspNetCore.Hosting.HttpRequestIn") is null || Span("fan out") is null) await Task.Delay(10, patience.Token);
        Span("store messages")!.ParentSpanId.Should().Be(Span("Microsoft.AspNetCore.Hosting.HttpRequestIn")!.SpanId);
        Span("fan out")!.ParentSpanId.Should().Be(Span("store messages")!.SpanId);
        await bo.HangUp();
    }

    [Fact]
    public async Task A_collector_that_is_no_url_stops_the_start()
    {
        var start = () => TestServer.Start(DatabaseEngine.Sqlite, "--OTEL_EXPORTER_OTLP_ENDPOINT=collector");
        (await start.Should().ThrowAsync<StartupException>()).Which.Message
            .Should().Be("OTEL_EXPORTER_OTLP_ENDPOINT is not a URL such as http://collector:4317.");
    }
}
