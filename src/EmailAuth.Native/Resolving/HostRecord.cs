using System.Runtime.InteropServices;

namespace EmailAuth.Native.Resolving;

/// <summary><c>struct emailauth_record</c> of emailauth.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HostRecord
{
    public byte* Data;
    public nuint Length;
    public uint Preference;
}
