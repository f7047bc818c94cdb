using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace EmailAuth.Cli.Input;

/// <summary>What a path leads to, after all links.</summary>
internal static partial class FileStatus
{
    private const string StandardInputPath = "/dev/stdin";

    // statx(2) and inode(7): the numbers are the same on every processor, which those of stat(2) are not.
    private const int CurrentFolder = -100;
    private const uint TypeAndInode = 0x101;
    private const int Size = 256;
    private const int ModeAt = 28;
    private const int InodeAt = 32;
    private const int DeviceAt = 136;
    private const int TypeMask = 0xF000;
    private const int FolderType = 0x4000;
    private const int RegularType = 0x8000;

    /// <summary>
    /// Whether a path leads to a pipe, a device or a socket. A path that cannot be looked at does not: opening it says what is wrong. Only known on Linux.
    /// </summary>
    public static bool IsSpecial(string path) =>
        OperatingSystem.IsLinux() && Read(path) is { Type: not (RegularType or FolderType) };

    /// <summary>Whether two paths lead to one file or folder, which hard links and links to folders above it do too. "-" is standard input.</summary>
    public static bool AreSame(string first, string second)
    {
        (first, second) = (PathOf(first), PathOf(second));
        return OperatingSystem.IsLinux() && Read(first) is { } one && Read(second) is { } other
            ? (one.Device, one.Inode) == (other.Device, other.Inode)
            : string.Equals(Target(first), Target(second), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The full path of the file itself when the path is a link. An empty path stays as it is.</summary>
    public static string Target(string path)
    {
        if (path.Length == 0)
        {
            return path;
        }

        // .NET resolves a link of a relative path from the root.
        var full = Path.GetFullPath(path);
        try
        {
            return File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It does not exist, or its links lead in a circle.
            return full;
        }
    }

    private static string PathOf(string path) => path == "-" && OperatingSystem.IsLinux() ? StandardInputPath : path;

    [SupportedOSPlatform("linux")]
    private static unsafe (int Type, ulong Inode, ulong Device)? Read(string path)
    {
        var buffer = stackalloc byte[Size];
        try
        {
            if (statx(CurrentFolder, path, 0, TypeAndInode, buffer) != 0)
            {
                return null;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return null;
        }

        var status = new ReadOnlySpan<byte>(buffer, Size);
        return (MemoryMarshal.Read<ushort>(status[ModeAt..]) & TypeMask, MemoryMarshal.Read<ulong>(status[InodeAt..]), MemoryMarshal.Read<ulong>(status[DeviceAt..]));
    }

#pragma warning disable SYSLIB1054, IDE1006 // The name is the system's.
    [SupportedOSPlatform("linux"), LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(int folder, string path, int flags, uint mask, byte* status);
#pragma warning restore SYSLIB1054, IDE1006
}
