using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EmailAuth.Dns.Stub;

/// <summary>
/// Linux's epoll: which of many sockets have something to read. Every parameter is blittable or a SafeHandle, so no unsafe code is needed, and
/// ahead-of-time compilation and trimming need no annotation.
/// </summary>
internal static class Epoll
{
    /// <summary>The set is not inherited by programs that are started (EPOLL_CLOEXEC).</summary>
    public const int CloseOnExec = 0x80000;

    /// <summary>EPOLL_CTL_ADD.</summary>
    public const int Add = 1;

    /// <summary>EPOLL_CTL_DEL.</summary>
    public const int Remove = 2;

    /// <summary>EPOLL_CTL_MOD.</summary>
    public const int Change = 3;

    /// <summary>EPOLLIN. An error of a socket is always reported.</summary>
    public const uint Readable = 1;

    /// <summary>EPOLLONESHOT: after one report there is no other until <see cref="Change"/>.</summary>
    public const uint Once = 1u << 30;

    /// <summary>The call was interrupted by a signal (EINTR).</summary>
    public const int Interrupted = 4;

    private const string Library = "libc";

    /// <summary>How many octets a struct epoll_event takes. The kernel packs it on x64 alone; on x86 its eight octets need no padding.</summary>
    public static int EventLength { get; } = LengthOn(RuntimeInformation.ProcessArchitecture);

    /// <summary>How many octets a struct epoll_event takes on a processor: 32 bits of events, and 64 bits that are ours at its end.</summary>
    public static int LengthOn(Architecture architecture) => architecture is Architecture.X64 or Architecture.X86 ? 12 : 16;

    /// <summary>Writes a struct epoll_event.</summary>
    public static void Write(Span<byte> place, uint events, long key)
    {
        place.Clear();
        MemoryMarshal.Write(place, events);
        MemoryMarshal.Write(place[^sizeof(long)..], key);
    }

    /// <summary>Reads what is ours of a struct epoll_event.</summary>
    public static long Key(ReadOnlySpan<byte> place) => MemoryMarshal.Read<long>(place[^sizeof(long)..]);

    [DllImport(Library, EntryPoint = "epoll_create1", ExactSpelling = true)]
    public static extern SafeFileHandle Create(int flags);

    [DllImport(Library, EntryPoint = "epoll_ctl", ExactSpelling = true)]
    public static extern int Control(SafeFileHandle set, int operation, SafeHandle member, ref byte interest);

    [DllImport(Library, EntryPoint = "epoll_wait", ExactSpelling = true, SetLastError = true)]
    public static extern int Wait(SafeFileHandle set, ref byte events, int most, int milliseconds);
}
