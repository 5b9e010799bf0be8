using System.Globalization;
using Connectify.Server.ApiDocs;
using Connectify.Server.Attachments.Sniffing;
using Connectify.Server.Attachments.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Connectify.Server.Attachments;

/// <summary>
/// Downloads. Anybody may have sent these bytes, and they come from the origin of the API: so nothing is shown in place
/// that could run a script, nothing is sniffed, and what is opened on its own is in a sandbox.
/// </summary>
internal static class FilesApi
{
    private const string Sandbox = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];
    private static readonly Rejected NoAttachment = Rejection.NotFound("attachment_not_found", "Attachment not found");
    private static readonly Rejected NoAvatar = Rejection.NotFound("avatar_not_found", "Avatar not found");

    public static void MapFiles(this WebApplication app)
    {
        (string, string) expires = ("expires", "Part of the signed URL, in seconds of Unix time."), signature = ("signature", "Part of the signed URL.");
        var files = app.MapGroup("/api/messaging").AllowAnonymous().WithTags("Files");
        files.MapMethods("/attachments/{id:long}/", GetAndHead, GetAttachment).AcceptsQuery(expires, signature).ReturnsFile()
            .Described("A file of a message, by the URL that the message has", 403, 404, 416);
        files.MapMethods("/group-chats/{id:long}/avatar/", GetAndHead, GetAvatar)
            .AcceptsQuery(("v", "Part of the signed URL: which picture."), expires, signature).ReturnsFile()
            .Described("A group's picture, by the URL that the group has", 403, 404, 416);
    }

    private static async Task<Results<FileStreamHttpResult, Rejected>> GetAttachment(
        long id, HttpContext context, FileUrls urls, Database database, IFileStore store, CancellationToken cancellation)
    {
        if (urls.CheckAttachment(id, context.Request.Query).IsRejected(out var rejection, out var left)) return new Rejected(rejection);
        if (await AttachmentRepository.Find(database, id, cancellation) is not { } attachment) return NoAttachment;
        if (await store.Open(attachment.StorageKey, cancellation) is not { } file) return NoAttachment;
        return Download(context, file, new FileContent(attachment.Type, attachment.ContentType), attachment.FileName, left, attachment.StorageKey);
    }

    private static async Task<Results<FileStreamHttpResult, Rejected>> GetAvatar(
        long id, HttpContext context, FileUrls urls, Database database, IFileStore store, CancellationToken cancellation)
    {
        if (urls.CheckAvatar(id, context.Request.Query).IsRejected(out var rejection, out var left)) return new Rejected(rejection);
        var key = await AttachmentRepository.FindAvatar(database, id, cancellation);
        if (key is null || FileUrls.Version(key) != context.Request.Query["v"]) return NoAvatar;
        if (await store.Open(key, cancellation) is not { } file) return NoAvatar;
        return Download(context, file, await Content(file, cancellation), "avatar", left, key);
    }

    private static async Task<FileContent> Content(Stream file, CancellationToken cancellation)
    {
        var content = await FileContent.Detect(file, cancellation);
        file.Position = 0;
        return content;
    }

    private static FileStreamHttpResult Download(
        HttpContext context, Stream file, FileContent content, string name, TimeSpan left, string key)
    {
        var disposition = new ContentDispositionHeaderValue(content.IsSafeInline ? "inline" : "attachment");
        disposition.SetHttpFileName(name);
        var headers = context.Response.Headers;
        headers.ContentDisposition = disposition.ToString();
        headers.ContentSecurityPolicy = Sandbox;
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"private, max-age={(long)left.TotalSeconds}");

        // A key never gets other bytes, so its version is a strong tag: a broken download goes on where it stopped.
        var tag = new EntityTagHeaderValue($"\"{FileUrls.Version(key)}\"");
        return TypedResults.Stream(file, content.ContentType, entityTag: tag, enableRangeProcessing: true);
    }
}
