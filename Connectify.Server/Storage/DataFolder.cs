namespace Connectify.Server.Storage;

/// <summary>The folder under <c>DataPath</c>: the SQLite file, uploads, the generated signing key.</summary>
internal sealed class DataFolder
{
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

    public string File(string name) => Path.Combine(_path, name);

    public string Directory(string name) => System.IO.Directory.CreateDirectory(Path.Combine(_path, name)).FullName;

    // What lies here is nobody else's on this machine.
    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows()) System.IO.Directory.CreateDirectory(path);
        else System.IO.Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
