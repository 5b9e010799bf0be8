namespace Connectify.Tests.Support;

/// <summary>Finds what tests use from the source tree: the server's content root, the JavaScript clients.</summary>
internal static class RepositoryFolder
{
    private static readonly string Root = Find(new DirectoryInfo(AppContext.BaseDirectory));

    public static string Of(params string[] path) => Path.Combine([Root, .. path]);

    /// <summary>Where a project's program was built, together with these tests.</summary>
    public static string Built(string project)
        => Of(project, "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)));

    private static string Find(DirectoryInfo? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Connectify.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside of their repository.");
    }
}
