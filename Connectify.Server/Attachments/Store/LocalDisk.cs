using System.Globalization;
using System.Runtime.InteropServices;
using Connectify.Server.Hosting;

namespace Connectify.Server.Attachments.Store;

/// <summary>The disk of a <see cref="LocalFileStore"/>: its free space, its failures, and a line in the log when either changes.</summary>
/// <param name="folder">A folder on it that may be written to.</param>
/// <param name="settings">How much stays free.</param>
/// <param name="log">Told when files can no longer be stored, and when they can again.</param>
internal sealed class LocalDisk(string folder, AttachmentsSettings settings, ILogger log)
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    // ENOSPC, EFBIG, EDQUOT (Linux, macOS); ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
    private static readonly int[] FullErrors = [28, 27, 122, 69, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    private static readonly Problem Full = new("disk full", Unavailable("storage_full", "There is no room for files, please try again later"));
    private static readonly Problem NotWritable = new("disk not writable", Unavailable("storage_unavailable", "Files can't be stored now, please try again later"));
    private static readonly Problem Silent = NotWritable with { Name = "disk doesn't answer" };

    private readonly Lock _gate = new();
    private Problem? _problem;
    private Task<string?> _probe = Task.FromResult<string?>(null);

    /// <summary>Whether an exception is the disk's fault.</summary>
    public static bool IsFailure(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static FileStream OpenRead(string path, FileShare share)
        => new(path, new FileStreamOptions { Options = FileOptions.Asynchronous, Share = share, BufferSize = 0 });

    /// <summary>A new file that only this system user may read.</summary>
    public static FileStream Create(string path, FileOptions options = FileOptions.None)
    {
        var file = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            Options = FileOptions.Asynchronous | options,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, file);
    }

    /// <returns>503 <c>storage_full</c> where less than <c>Attachments:MinFreeBytes</c> is free.</returns>
    public Rejection? WhyNotReceive()
    {
        if (Run(WhyLow) is not { } low) return null;
        Note(Full, low);
        return Full.Answer;
    }

    /// <exception cref="UnavailableException">The disk failed.</exception>
    public T Run<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Unavailable(e);
        }
    }

    /// <summary>A failure of the disk as the exception that answers with 503 <c>storage_full</c> or <c>storage_unavailable</c>.</summary>
    public UnavailableException Unavailable(Exception failure)
    {
        var problem = FullErrors.Contains(failure.HResult) ? Full : NotWritable;
        Note(problem, failure.Message);
        return new UnavailableException(problem.Answer, failure);
    }

    /// <summary>Writes a small file and removes it. Callers at the same time share one try, and none waits for longer than 2 s.</summary>
    public async Task<string?> FindProblem(CancellationToken cancellation)
    {
        Task<string?> probe;
        lock (_gate) probe = _probe.IsCompleted ? _probe = Task.Run(Probe, CancellationToken.None) : _probe;
        try
        {
            return await probe.WaitAsync(ProbeTimeout, cancellation);
        }
        catch (TimeoutException)
        {
            return Note(Silent, "no answer within 2 s");
        }
    }

    private string? Probe()
    {
        try
        {
            if (WhyLow() is { } low) return Note(Full, low);
            using var file = Create(Path.Combine(folder, $"{Guid.NewGuid():N}.probe"), FileOptions.DeleteOnClose);
            file.Write(new byte[4096]);
            return Note(null, "");
        }
        catch (Exception e) when (IsFailure(e))
        {
            // The cause without its path: anyone may ask.
            return Note(FullErrors.Contains(e.HResult) ? Full : NotWritable, Marshal.GetPInvokeErrorMessage(e.HResult));
        }
    }

    private string? WhyLow()
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        return free >= settings.MinFreeBytes
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{free} bytes are free, Attachments:MinFreeBytes is {settings.MinFreeBytes}");
    }

    // One line in the log when files can no longer be stored, one when they can again.
    private string? Note(Problem? problem, string cause)
    {
        if (Interlocked.Exchange(ref _problem, problem) != problem)
        {
            if (problem is null) log.LogInformation("File store: {Folder} takes files again", folder);
            else log.LogWarning("File store: {Problem} ({Cause}). Uploads get 503 {Code}", problem.Name, cause, problem.Answer.Code);
        }

        return problem is null ? null : $"File store: {problem.Name} ({cause}).";
    }

    private static Rejection Unavailable(string code, string detail)
        => new(StatusCodes.Status503ServiceUnavailable, code, detail) { RetryAfter = TimeSpan.FromSeconds(30) };

    private sealed record Problem(string Name, Rejection Answer);
}
