using System.Runtime.InteropServices;

namespace EmailAuth.Native.Handles;

/// <summary>An eventfd(2): readable from <see cref="Signal"/> to <see cref="Clear"/>. The owner closes it. Linux only.</summary>
internal sealed unsafe partial class EventDescriptor
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    private EventDescriptor(int number) => Number = number;

    public int Number { get; }

    /// <summary>Makes one that is not readable.</summary>
    public static EventDescriptor Create()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new InteropException(Status.Unavailable, "eventfd(2) exists on Linux only.");
        }

        var number = NewEvent(0, CloseOnExec | NonBlocking);
        return number >= 0
            ? new EventDescriptor(number)
            : throw new InteropException(Status.Unavailable, $"eventfd: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
    }

    // The counter of an eventfd has room for far more than one, so that the write never fails.
    public void Signal()
    {
        ulong one = 1;
        Write(Number, &one, sizeof(ulong));
    }

    public void Clear()
    {
        ulong count;
        Read(Number, &count, sizeof(ulong));
    }

    public void Close() => CloseNumber(Number);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int NewEvent(uint count, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial void CloseNumber(int descriptor);
}
