using Connectify.Server.Attachments.Store;
using Connectify.Server.Attachments.Uploads;

namespace Connectify.Server.Demo;

/// <summary>The demo's pictures, stored through the upload path.</summary>
internal sealed class DemoFiles(IFileStore store)
{
    /// <summary>An upload with one picture, or none; the caller disposes it.</summary>
    /// <param name="field">The form field of the picture.</param>
    /// <param name="picture">The name of an embedded picture; null: none.</param>
    /// <param name="texts">The other fields.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<Upload> Upload(
        string field, string? picture, IEnumerable<KeyValuePair<string, string>> texts, CancellationToken cancellation)
    {
        if (picture is null) return new Upload(store, Fields.FromForm(texts), []);
        var file = new UploadedFile(store.Receive(), field, picture);
        var upload = new Upload(store, Fields.FromForm(texts), [file]);
        await file.Write(Bytes(picture), cancellation);
        await file.Complete(cancellation);
        return upload;
    }

    private static byte[] Bytes(string picture)
    {
        using var embedded = typeof(DemoFiles).Assembly.GetManifestResourceStream($"Demo/{picture}")
            ?? throw new InvalidOperationException($"The demo has no picture {picture}.");
        var bytes = new byte[embedded.Length];
        embedded.ReadExactly(bytes);
        return bytes;
    }
}
