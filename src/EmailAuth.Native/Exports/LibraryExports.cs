using System.Runtime.InteropServices;
using System.Text;

namespace EmailAuth.Native.Exports;

/// <summary>The only call on the library itself that needs the runtime; the others are in gate.c. Its contract is in emailauth.h.</summary>
internal static unsafe class LibraryExports
{
    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_last_error")]
    public static nuint GetLastError(byte* buffer, nuint capacity)
    {
        try
        {
            var text = Encoding.UTF8.GetBytes(InteropBoundary.LastError);
            if (buffer is not null && capacity > 0)
            {
                // The text is cut between two characters, never within one.
                var length = (int)Math.Min((nuint)text.Length, capacity - 1);
                while (length > 0 && length < text.Length && (text[length] & 0xc0) == 0x80)
                {
                    length--;
                }

                text.AsSpan(0, length).CopyTo(new Span<byte>(buffer, length));
                buffer[length] = 0;
            }

            return (nuint)text.Length;
        }
        catch (Exception exception)
        {
            InteropBoundary.Failed(exception);
            return 0;
        }
    }
}
