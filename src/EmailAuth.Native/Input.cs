using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using EmailAuth.Policy;

namespace EmailAuth.Native;

/// <summary>What a caller hands over: pointers and lengths, checked as far as they can be.</summary>
internal static unsafe class Input
{
    /// <summary>The length that says: up to the NUL.</summary>
    private static readonly nuint NulTerminated = nuint.MaxValue;

    /// <summary>The bytes at a pointer, where they stand.</summary>
    /// <param name="pointer">Null only with the length 0.</param>
    /// <param name="length">How many, or <c>EMAILAUTH_NUL_TERMINATED</c>.</param>
    /// <param name="what">Its name in the header file.</param>
    public static ReadOnlySpan<byte> Bytes(byte* pointer, nuint length, string what)
    {
        if (pointer is null)
        {
            return length == 0 ? default : throw new InteropException(Status.Argument, $"{what}: a null pointer with a length of {Shown(length)}.");
        }

        if (length == NulTerminated)
        {
            return MemoryMarshal.CreateReadOnlySpanFromNullTerminated(pointer);
        }

        return length <= int.MaxValue
            ? new ReadOnlySpan<byte>(pointer, (int)length)
            : throw new InteropException(Status.Argument, $"{what}: a length of {length} is more than {int.MaxValue}.");
    }

    /// <summary>A text that a stranger said: UTF-8, else each byte a character, as the SMTP dialogue carries what the client sends.</summary>
    public static string Said(byte* pointer, nuint length, string what)
    {
        var bytes = Bytes(pointer, length, what);
        CheckNul(bytes, what);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);
    }

    /// <summary>A text that the caller wrote.</summary>
    public static ReadOnlySpan<byte> Written(byte* pointer, nuint length, string what)
    {
        if (pointer is null)
        {
            throw new InteropException(Status.Argument, $"{what}: a null pointer.");
        }

        var bytes = Bytes(pointer, length, what);
        CheckNul(bytes, what);
        return Utf8.IsValid(bytes) ? bytes : throw new InteropException(Status.Argument, $"{what}: not UTF-8.");
    }

    /// <summary>A client's address, or null where none is known.</summary>
    public static IPAddress? Address(byte* pointer, nuint length, string what)
    {
        if (pointer is null && length == 0)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(Written(pointer, length, what));

        // Beside the usual forms the runtime reads those of long ago: 127.1, 0x7f.0.0.1, and 010 for 8.
        return IPAddress.TryParse(text, out var address) && (text.Contains(':', StringComparison.Ordinal) ? text[0] != '[' : address.ToString() == text)
            ? address
            : throw new InteropException(Status.Argument, $"{what}: '{text}' is not an address such as 192.0.2.1 or 2001:db8::1.");
    }

    /// <summary>What was done with a message, by its number in the header file.</summary>
    public static DispositionAction Action(int number, string what) => number switch
    {
        0 => DispositionAction.Accept,
        1 => DispositionAction.Quarantine,
        2 => DispositionAction.Reject,
        3 => DispositionAction.TempFail,
        _ => throw new InteropException(Status.Argument, $"{what}: {number} is not EMAILAUTH_ACCEPT, _QUARANTINE, _REJECT or _TEMPFAIL."),
    };

    /// <summary>Where an answer goes.</summary>
    public static void CheckOutput(void* pointer, string what)
    {
        if (pointer is null)
        {
            throw new InteropException(Status.Argument, $"{what}: a null pointer.");
        }
    }

    private static void CheckNul(ReadOnlySpan<byte> bytes, string what)
    {
        if (bytes.IndexOf((byte)0) is var at and >= 0)
        {
            throw new InteropException(
                Status.Argument, $"{what}: a NUL at offset {at} of {bytes.Length}. A length does not count the NUL that ends a string of C.");
        }
    }

    private static string Shown(nuint length) => length == NulTerminated ? "EMAILAUTH_NUL_TERMINATED" : length.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
