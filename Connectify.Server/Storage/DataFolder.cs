namespace Connectify.Server.Storage;

/// <summary>The folder under <c>DataPath</c>: the SQLite file, uploads, the generated signing key.</summary>
internal sealed class DataFolder
{
    private readonly string _path;

    public DataFolder(string path)
    {
        _path = Path.GetFullPath(path);
        System.IO.Directory.CreateDirectory(_path);
    }

    public string File(string name) => Path.Combine(_path, name);

    public string Directory(string name) => System.IO.Directory.CreateDirectory(Path.Combine(_path, name)).FullName;
}
