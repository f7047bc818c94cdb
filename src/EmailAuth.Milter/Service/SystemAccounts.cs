using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace EmailAuth.Milter.Service;

/// <summary>Users and groups of this machine, and the owner of a file: .NET has no API for them.</summary>
internal static unsafe partial class SystemAccounts
{
    /// <summary>The number of a user, given by name or number; null when there is no such user.</summary>
    public static uint? User(string text) => Number(text) ?? (OperatingSystem.IsWindows() ? null : IdOf(getpwnam(text)));

    /// <summary>The number of a group, given by name or number; null when there is no such group.</summary>
    public static uint? Group(string text) => Number(text) ?? (OperatingSystem.IsWindows() ? null : IdOf(getgrnam(text)));

    /// <summary>Sets the owner and the group of a file; null leaves either unchanged.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    [UnsupportedOSPlatform("windows")]
    public static void Give(string path, uint? user, uint? group)
    {
        if (lchown(path, user ?? uint.MaxValue, group ?? uint.MaxValue) != 0)
        {
            throw new IOException($"{path}: cannot set SocketOwner and SocketGroup: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
    }

    // The largest number means "unchanged".
    private static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != uint.MaxValue ? number : null;

    private static uint? IdOf(Entry* entry) => entry is null ? null : entry->Id;

#pragma warning disable SYSLIB1054, IDE1006 // The names are the system's.
    [UnsupportedOSPlatform("windows"), LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial Entry* getpwnam(string name);

    [UnsupportedOSPlatform("windows"), LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial Entry* getgrnam(string name);

    [UnsupportedOSPlatform("windows"), LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lchown(string path, uint user, uint group);
#pragma warning restore SYSLIB1054, IDE1006

    // struct passwd and struct group begin with the same members: name, password, number.
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public byte* Name;
        public byte* Password;
        public uint Id;
    }
}
