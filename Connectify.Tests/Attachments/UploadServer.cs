using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Connectify.Server.Attachments;
using Connectify.Server.Attachments.Store;
using Connectify.Server.Attachments.Uploads;
using Connectify.Server.Hosting;
using Connectify.Server.Http;
using Connectify.Server.Kernel;
using Connectify.Server.Storage;
using Connectify.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Connectify.Tests.Attachments;

/// <summary>The upload reader behind a real Kestrel, with nothing around it: it answers what it was sent.</summary>
public sealed class UploadServer : IAsyncLifetime
{
    public const int MaxFiles = 3;
    public const int MaxFileBytes = 100_000;

    private static readonly HttpClient Http = new();

    private readonly string _folder = Directory.CreateTempSubdirectory("connectify-upload-").FullName;
    private WebApplication? _app;

    public Uri Url => new(_app!.Urls.Single());

    internal LocalFileStore Store => _app!.Services.GetRequiredService<LocalFileStore>();

    /// <summary>Everything the store has on disk, half files included.</summary>
    public string[] FilesOnDisk => Directory.GetFiles(Path.Combine(_folder, "files"), "*", SearchOption.AllDirectories);

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddSettings();
        builder.AddRequestLimits();
        builder.Services.AddSingleton(new DataFolder(_folder));
        builder.AddAttachments();
        builder.Services.AddSingleton<IUploadQuota, NoQuota>();
        builder.Configuration["Attachments:MinFreeBytes"] = "0";
        _app = builder.Build();
        _app.UseErrorResponses();
        _app.MapPost("/json", async (HttpRequest request) => Answer(await Fields.ReadJson(request), fields => new { has = fields.Has("content") }));
        _app.MapPost("/upload", Upload);
        _app.MapPost("/avatar", Avatar);
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public async Task<Reply> Post(string path, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, path)) { Content = content };

        // So that the answer to what is refused unread is heard, whoever is faster.
        request.Headers.ExpectContinue = content.Headers.ContentLength > 1024 * 1024;
        using var response = await Http.SendAsync(request);
        return Reply((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    /// <summary>A multipart body as it stands.</summary>
    public Task<Reply> PostRaw(string body, string contentType = "multipart/form-data; boundary=X", string path = "/upload")
    {
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return Post(path, content);
    }

    /// <summary>Promises more than it sends and hangs up.</summary>
    public async Task BreakOff(string body, int promised)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Url.Host, Url.Port);
        var request = "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=X\r\n"
            + $"Content-Length: {promised}\r\n\r\n{body}";
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request));
    }

    private static Reply Reply(int status, string text, HttpResponseMessage response)
        => new(status, text.Length > 0 ? JsonElement.Parse(text) : default, text, response.Headers);

    private static async Task<IResult> Upload(HttpRequest request, UploadReader reader, bool? keep, int? megabytes)
    {
        var limits = new UploadLimits("attachments", MaxFiles, megabytes * 1024L * 1024 ?? MaxFileBytes);
        var outcome = await reader.Read(request, limits, 1, request.HttpContext.RequestAborted);
        if (outcome.IsRejected(out var rejection, out var upload)) return new Rejected(rejection);
        await using (upload)
        {
            if (NewAttachment.From(upload).IsRejected(out rejection, out var attachments)) return new Rejected(rejection);
            await upload.Store(request.HttpContext.RequestAborted);
            if (keep == true) upload.Keep();
            var (content, ids) = (upload.Fields.Text("content", 10_000_000), upload.Fields.Ids("member_ids", 10_000));
            return Results.Json(new { content, ids, attachments }, Json.Options);
        }
    }

    private static async Task<IResult> Avatar(HttpRequest request, UploadReader reader)
    {
        var outcome = await reader.Read(request, Avatars.Limits, 1, request.HttpContext.RequestAborted);
        if (outcome.IsRejected(out var rejection, out var upload)) return new Rejected(rejection);
        await using (upload)
        {
            return Answer(Avatars.From(upload), avatar => new { type = avatar?.Content.ContentType, size = avatar?.Size });
        }
    }

    private static IResult Answer<T>(Outcome<T> outcome, Func<T, object> body)
        => outcome.IsRejected(out var rejection, out var value) ? new Rejected(rejection) : Results.Json(body(value), Json.Options);

    /// <summary>Latin-1 text as bytes, at least so many.</summary>
    public static byte[] Bytes(string text, int length = 0) => Encoding.Latin1.GetBytes(text.PadRight(length, '\0'));

    /// <summary>A part with a file, for bodies written by hand.</summary>
    public static string FilePart(string disposition, string content)
        => $"--X\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: text/html\r\n\r\n{content}\r\n";

    private sealed class NoQuota : IUploadQuota
    {
        public Task<Rejection?> WhyNot(long userId, long bytes, CancellationToken cancellation) => Task.FromResult<Rejection?>(null);

        public Task<Rejection?> Charge(long userId, long bytes, CancellationToken cancellation) => Task.FromResult<Rejection?>(null);

        public Task Refund(long userId, long bytes) => Task.CompletedTask;
    }
}
