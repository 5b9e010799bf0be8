namespace Connectify.Server.Storage;

/// <summary>
/// The folder under <c>DataPath</c>: the SQLite file, uploads, the generated signing key. Its folders have the mode 0700, its
/// files 0600: no other user of the machine reads them. A folder of the operator's keeps its mode.
/// </summary>
internal sealed class DataFolder
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = PrivateFile | UnixFileMode.UserExecute;

    private readonly string _path;

    public DataFolder(string path)
    {
        _path = Path.GetFullPath(path);
        try
        {
            // Tried at the start: otherwise the first upload would find out.
            Create(_path);
            using var probe = new FileStream(File($"{Guid.NewGuid():N}.probe"), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The folder of DataPath can't be written to: {e.Message}", e);
        }
    }

    /// <summary>The path of a file, whether or not it is there.</summary>
    public string File(string name) => Path.Combine(_path, name);

    /// <summary>Makes an empty file where there is none, for a program that would make it readable to others.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="StartupException">It can't be made.</exception>
    public string OwnFile(string name)
    {
        var path = File(name);
        try
        {
            Tighten(path, PrivateFile);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = PrivateFile;

            // Never opens a file that is there: closing it would end the locks that SQLite holds on it in this process.
            new FileStream(path, options).Dispose();
        }
        catch (IOException) when (System.IO.File.Exists(path))
        {
            // It was there.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{name} can't be made in the folder of DataPath: {e.Message}", e);
        }

        return path;
    }

    /// <summary>Makes a folder below, and those between, where there is none.</summary>
    /// <param name="names">From the outside in.</param>
    /// <returns>Its path.</returns>
    public string Directory(params ReadOnlySpan<string> names)
    {
        var path = _path;
        foreach (var name in names)
        {
            path = Path.Combine(path, name);
            Create(path);
            Tighten(path, PrivateFolder);
        }

        return path;
    }

    // Earlier versions left the modes to the umask.
    private static void Tighten(string path, UnixFileMode mode)
    {
        try
        {
            if (OperatingSystem.IsWindows() || !Path.Exists(path) || System.IO.File.GetUnixFileMode(path) == mode) return;
            System.IO.File.SetUnixFileMode(path, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file of another user's, or a file system without modes.
        }
    }

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows()) System.IO.Directory.CreateDirectory(path);
        else System.IO.Directory.CreateDirectory(path, PrivateFolder);
    }
}
