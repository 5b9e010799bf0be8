using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Connectify.Server.Attachments.Store;

/// <summary>
/// A file's name belongs to its folder: without this a power cut may take back a rename, though the file's bytes are
/// safe. .NET opens no folders, so it takes the system's own calls; Windows has none, and needs none.
/// </summary>
internal static class FolderSync
{
    private const int ReadOnly = 0;
    private const int BadDescriptor = 9;
    private const int InvalidArgument = 22;

    /// <exception cref="IOException">The disk failed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        using var handle = Open(folder, ReadOnly);
        if (!handle.IsInvalid && Sync(handle) == 0) return;

        // Network file systems may not know the call for folders; they keep names in their own way.
        var error = Marshal.GetLastPInvokeError();
        if (error is BadDescriptor or InvalidArgument) return;
        throw new IOException($"Flushing a folder failed: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(SafeFileHandle file);
}
