using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Connectify.Server.Diagnostics;

/// <summary>Registers metrics and traces, exported by OTLP if the standard variables name a collector.</summary>
internal static class Telemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    private const int FirstServerError = 500;

    // ASP.NET Core's spans carry the path without the query, which may hold a token.
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "Microsoft.AspNetCore.SignalR.Server", "Npgsql", Tracing.Name];

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];

    private static readonly string[] Meters =
        [Metrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime"];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Metrics>();
        var configuration = builder.Configuration;
        var hasTraces = Names(configuration, Endpoint) | Names(configuration, TracesEndpoint);
        var hasMetrics = Names(configuration, Endpoint) | Names(configuration, MetricsEndpoint);
        if (hasTraces) builder.Services.AddSingleton<IHostedService>(_ => new Export(() => Traces(configuration)));
        if (hasMetrics) builder.Services.AddSingleton<IHostedService>(_ => new Export(() => Measurements(configuration)));
    }

    /// <summary>Names the span of each request, and says how it was answered, in the terms of OpenTelemetry's conventions for HTTP.</summary>
    public static void UseRequestSpans(this WebApplication app) => app.Use((context, next) =>
        context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span ? Describe(span, context, next) : next(context));

    private static async Task Describe(Activity span, HttpContext context, RequestDelegate next)
    {
        // Unknown methods become _OTHER, which bounds the cardinality of span names.
        var method = Methods.Contains(context.Request.Method) ? context.Request.Method : null;
        span.SetTag("http.request.method", method ?? "_OTHER");
        try
        {
            await next(context);
            var status = context.Response.StatusCode;
            span.SetTag("http.response.status_code", status);
            if (status >= FirstServerError) span.SetStatus(ActivityStatusCode.Error);
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
            span.SetTag("http.route", route);
            span.DisplayName = route is null ? method ?? "HTTP" : $"{method ?? "HTTP"} {route}";
        }
    }

    private static bool Names(IConfiguration configuration, string key)
    {
        if (configuration[key] is not { Length: > 0 } text) return false;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? true
            : throw new StartupException($"{key} is not a URL such as http://collector:4317.");
    }

    private static TracerProvider Traces(IConfiguration configuration)
    {
        // Without it, ASP.NET Core's spans have neither method nor path. UseRequestSpans adds route and status.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        return Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .ConfigureResource(Name)
            .AddSource(Sources)
            .AddOtlpExporter()
            .Build();
    }

    private static MeterProvider Measurements(IConfiguration configuration) => Sdk.CreateMeterProviderBuilder()
        .ConfigureServices(services => services.AddSingleton(configuration))
        .ConfigureResource(Name)
        .AddMeter(Meters)
        .AddOtlpExporter()
        .Build();

    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES take precedence.
    private static void Name(ResourceBuilder resource) => resource
        .AddService("connectify", serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3))
        .AddEnvironmentVariableDetector();

    /// <summary>Goes on from before the first request until after the last; what has gathered by then is still sent.</summary>
    private sealed class Export(Func<IDisposable> begin) : IHostedService
    {
        private IDisposable? _provider;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _provider = begin();
            return Task.CompletedTask;
        }

        // The exporter bounds its final flush to a few seconds.
        public Task StopAsync(CancellationToken cancellationToken) => Task.Run(() => _provider?.Dispose(), CancellationToken.None);
    }
}
