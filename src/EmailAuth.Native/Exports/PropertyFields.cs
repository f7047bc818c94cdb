using System.Runtime.InteropServices;

namespace EmailAuth.Native.Exports;

/// <summary><c>struct emailauth_property</c> of emailauth.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PropertyFields
{
    public byte* Name;
    public nuint NameLength;
    public byte* Value;
    public nuint ValueLength;
}
