using System.Runtime.InteropServices;
using System.Text;

namespace EmailAuth.Native;

/// <summary>A UTF-8 text in unmanaged memory, followed by a NUL that its length does not count. The owner, which created it, must free it.</summary>
internal sealed unsafe class NativeText
{
    public NativeText(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Pointer = (byte*)NativeMemory.Alloc((nuint)length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(Pointer, length));
        Pointer[length] = 0;
        Length = (nuint)length;
    }

    /// <summary>The same of a text that a sender chose: a NUL in it, which would end it for C, becomes U+FFFD.</summary>
    public static NativeText OfSender(string text) => new(text.Replace('\0', '\ufffd'));

    public byte* Pointer { get; private set; }

    public nuint Length { get; }

    public void Free()
    {
        NativeMemory.Free(Pointer);
        Pointer = null;
    }
}
