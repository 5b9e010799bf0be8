using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Connectify.Benchmarks.Load;

/// <summary>The system calls of the load client. Managed sockets cost several times as much per frame, and the client must never be what is measured.</summary>
internal static unsafe partial class Native
{
    private const uint Readable = 1;
    private const uint Writable = 4;

    // Told once per change: what was told is read or written until nothing is left.
    private const uint EdgeTriggered = 1u << 31;

    /// <summary>MSG_DONTWAIT | MSG_NOSIGNAL.</summary>
    public const int DontWait = 0x40 | 0x4000;

    private const int Add = 1;
    private const int WouldBlock = 11;
    private const int Interrupted = 4;

    // struct epoll_event is packed on x86-64 only.
    public static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int TagOffset = EventSize - 8;

    public static int Open()
    {
        var epoll = epoll_create1(0);
        return epoll >= 0 ? epoll : throw new SocketException(Marshal.GetLastPInvokeError());
    }

    public static void Watch(int epoll, int socket, int tag)
    {
        var entry = stackalloc byte[16];
        *(uint*)entry = Readable | Writable | EdgeTriggered;
        *(long*)(entry + TagOffset) = tag;
        if (epoll_ctl(epoll, Add, socket, entry) < 0) throw new SocketException(Marshal.GetLastPInvokeError());
    }

    public static int TagOf(byte* events, int index) => (int)*(long*)(events + (index * EventSize) + TagOffset);

    /// <returns>How many sockets have something to read, or room to write again.</returns>
    public static int Wait(int epoll, byte* events, int capacity, long nanoseconds)
    {
        var timeout = new TimeSpec { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
        var count = epoll_pwait2(epoll, events, capacity, &timeout, null);
        if (count >= 0) return count;
        return Marshal.GetLastPInvokeError() == Interrupted ? 0 : throw new SocketException(Marshal.GetLastPInvokeError());
    }

    /// <returns>Bytes read; 0 at the end; -1 when there is nothing now; -2 when the connection is broken.</returns>
    public static int Receive(int socket, byte* buffer, int length) => Checked(recv(socket, buffer, length, DontWait));

    /// <returns>Bytes written; -1 when there is no room now; -2 when the connection is broken.</returns>
    public static int Send(int socket, byte* buffer, int length) => Checked(send(socket, buffer, length, DontWait));

    private static int Checked(nint result)
        => result >= 0 ? (int)result : Marshal.GetLastPInvokeError() is WouldBlock or Interrupted ? -1 : -2;

    public static void CloseEpoll(int epoll) => _ = close(epoll);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int socket, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_pwait2(int epoll, byte* events, int capacity, TimeSpec* timeout, void* signals);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
