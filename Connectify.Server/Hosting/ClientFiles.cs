using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.FileProviders;

namespace Connectify.Server.Hosting;

/// <summary>
/// The browser client's files. The page names scripts and styles, and modules name each other, with a version in the query:
/// so browsers keep them without asking, and a reload is one request. (MapStaticAssets has an inline import map for that,
/// which the content security policy forbids.)
/// </summary>
internal sealed partial class ClientFiles(IFileProvider folder)
{
    private const string Page = "/index.html";

    // Replaced as a whole: requests in flight keep the one that they began with.
    private volatile Snapshot? _current;

    private Snapshot Current => _current ??= Snapshot.Of(folder, Stamp());

    /// <summary>The file at a path such as <c>/js/main.js</c>; <c>/</c> is the page.</summary>
    public ClientFile? Find(string path)
    {
        if (path != "/" && path != Page) return Current.Files.GetValueOrDefault(path);
        // A developer who edits a file reloads the page.
        if (_current?.Stamp != Stamp()) _current = null;
        return Current.Files.GetValueOrDefault(Page);
    }

    private long Stamp() => Under("").Aggregate(0L, (sum, one) => HashCode.Combine(sum, one.Path, one.File.LastModified, one.File.Length));

    private IEnumerable<(string Path, IFileInfo File)> Under(string path) => Snapshot.Under(folder, path);

    [GeneratedRegex("""((?:from|import) ")(\.{1,2}/[^"]+\.js)(?=")""")]
    private static partial Regex Import();

    [GeneratedRegex("""((?:href|src)=")/?([^":]+\.(?:css|js|svg))(?=")""")]
    private static partial Regex Reference();

    private sealed record Snapshot(FrozenDictionary<string, ClientFile> Files, long Stamp)
    {
        public static Snapshot Of(IFileProvider folder, long stamp)
        {
            var files = Under(folder, "").Select(one => (one.Path, Content: Read(one.File))).OrderBy(one => one.Path, StringComparer.Ordinal).ToList();
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var (path, content) in files)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{path}\n{content.Length}\n"));
                hash.AppendData(content);
            }

            var version = Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
            var modules = files.Where(one => one.Path.EndsWith(".js", StringComparison.Ordinal)).Select(one => one.Path);
            return new(files.ToFrozenDictionary(one => one.Path, one => new ClientFile(one.Path, Versioned(one.Path, one.Content, version, modules), version)), stamp);
        }

        public static IEnumerable<(string Path, IFileInfo File)> Under(IFileProvider folder, string path)
            => folder.GetDirectoryContents(path).SelectMany(one => one.IsDirectory
                ? Under(folder, $"{path}/{one.Name}")
                : [($"{path}/{one.Name}", one)]);

        private static byte[] Versioned(string path, byte[] content, string version, IEnumerable<string> modules) => Path.GetExtension(path) switch
        {
            ".js" => Encoding.UTF8.GetBytes(Import().Replace(Encoding.UTF8.GetString(content), $"$1$2?v={version}")),
            ".html" => Encoding.UTF8.GetBytes(Preloaded(Reference().Replace(Encoding.UTF8.GetString(content), $"$1./$2?v={version}"), version, modules)),
            _ => content,
        };

        // Without these a browser finds a module only when it has read the one that imports it.
        private static string Preloaded(string page, string version, IEnumerable<string> modules)
            => page.Replace("</head>", $"{string.Concat(modules.Select(path => $"  <link rel=\"modulepreload\" href=\".{path}?v={version}\">\n"))}</head>", StringComparison.Ordinal);

        private static byte[] Read(IFileInfo file)
        {
            using var stream = file.CreateReadStream();
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return content.ToArray();
        }
    }
}
