using System.Runtime.InteropServices;

namespace EmailAuth.Native.Exports;

/// <summary><c>struct emailauth_method</c> of emailauth.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MethodFields
{
    public byte* Name;
    public nuint NameLength;
    public byte* Method;
    public nuint MethodLength;
    public byte* Result;
    public nuint ResultLength;
    public byte* Reason;
    public nuint ReasonLength;
    public byte* ReasonCode;
    public nuint ReasonCodeLength;
    public nuint PropertyCount;
}
