using System.Runtime.InteropServices;

namespace EmailAuth.Native.Exports;

/// <summary><c>struct emailauth_field</c> of emailauth.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RemovableField
{
    public uint Index;
    public uint Occurrence;
    public byte* Name;
    public nuint NameLength;
    public byte* Reason;
    public nuint ReasonLength;
}
