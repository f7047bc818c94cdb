using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using EmailAuth.Policy;

namespace EmailAuth.Native;

/// <summary>Reads the pointers and lengths that a caller passes, and checks them as far as possible.</summary>
internal static unsafe class Input
{
    /// <summary>The length that means "up to the NUL".</summary>
    private static readonly nuint NulTerminated = nuint.MaxValue;

    /// <summary>The bytes at a pointer, not copied.</summary>
    /// <param name="pointer">Null only with the length 0.</param>
    /// <param name="length">The number of bytes, or <c>EMAILAUTH_NUL_TERMINATED</c>.</param>
    /// <param name="what">The name of the parameter in the header file.</param>
    public static ReadOnlySpan<byte> Bytes(byte* pointer, nuint length, string what)
    {
        if (pointer is null)
        {
            return length == 0 ? default : throw new InteropException(Status.Argument, $"{what}: the pointer is null, but the length is {Shown(length)}.");
        }

        if (length == NulTerminated)
        {
            return MemoryMarshal.CreateReadOnlySpanFromNullTerminated(pointer);
        }

        return length <= int.MaxValue
            ? new ReadOnlySpan<byte>(pointer, (int)length)
            : throw new InteropException(Status.Argument, $"{what}: the length {length} is more than {int.MaxValue}.");
    }

    /// <summary>A part of a message, which may contain anything, so that no NUL ends it.</summary>
    public static ReadOnlySpan<byte> Chunk(byte* pointer, nuint length, string what) => length <= int.MaxValue
        ? Bytes(pointer, length, what)
        : throw new InteropException(Status.Argument, $"length: {length} is more than {int.MaxValue}.");

    /// <summary>A text that the SMTP client sent. Where it is not valid UTF-8, each byte becomes one character, so that no byte is lost.</summary>
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
            throw new InteropException(Status.Argument, $"{what}: the pointer is null.");
        }

        var bytes = Bytes(pointer, length, what);
        CheckNul(bytes, what);
        return Utf8.IsValid(bytes) ? bytes : throw new InteropException(Status.Argument, $"{what}: not UTF-8.");
    }

    /// <summary>The client's address; null when it is not known.</summary>
    public static IPAddress? Address(byte* pointer, nuint length, string what)
    {
        if (pointer is null && length == 0)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(Written(pointer, length, what));
        return AddressOf(text) ?? throw new InteropException(Status.Argument, $"{what}: '{text}' is not an address such as 192.0.2.1 or 2001:db8::1.");
    }

    /// <summary>
    /// The address of a text; null when it has another form. The runtime also parses historic forms (127.1, 0x7f.0.0.1, and 010 for 8), brackets, and a zone with
    /// anything in it after a percent sign. They are refused.
    /// </summary>
    public static IPAddress? AddressOf(string text) =>
        IPAddress.TryParse(text, out var address) && (text.Contains(':', StringComparison.Ordinal) ? text[0] != '[' && !text.Contains('%', StringComparison.Ordinal) : address.ToString() == text)
            ? address
            : null;

    /// <summary>The action that was applied to a message, by its number in the header file.</summary>
    public static DispositionAction Action(int number, string what) => number switch
    {
        0 => DispositionAction.Accept,
        1 => DispositionAction.Quarantine,
        2 => DispositionAction.Reject,
        3 => DispositionAction.TempFail,
        _ => throw new InteropException(Status.Argument, $"{what}: {number} is not EMAILAUTH_ACCEPT, _QUARANTINE, _REJECT or _TEMPFAIL."),
    };

    /// <summary>The place that an output is written to.</summary>
    public static void CheckOutput(void* pointer, string what)
    {
        if (pointer is null)
        {
            throw new InteropException(Status.Argument, $"{what}: the pointer is null.");
        }
    }

    /// <summary>
    /// Writes a text into a caller's buffer, cut to the capacity between two characters and ended by a NUL; nothing when the buffer is null or has no room.
    /// </summary>
    /// <returns>The length of the whole text in bytes.</returns>
    public static nuint Fill(string text, byte* buffer, nuint capacity)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (buffer is not null && capacity > 0)
        {
            var length = (int)Math.Min((nuint)bytes.Length, capacity - 1);
            while (length > 0 && length < bytes.Length && (bytes[length] & 0xc0) == 0x80)
            {
                length--;
            }

            bytes.AsSpan(0, length).CopyTo(new Span<byte>(buffer, length));
            buffer[length] = 0;
        }

        return (nuint)bytes.Length;
    }

    /// <summary>The same, with the length as an output that may be null.</summary>
    public static void Fill(string text, byte* buffer, nuint capacity, nuint* length)
    {
        var whole = Fill(text, buffer, capacity);
        if (length is not null)
        {
            *length = whole;
        }
    }

    private static void CheckNul(ReadOnlySpan<byte> bytes, string what)
    {
        if (bytes.IndexOf((byte)0) is var at and >= 0)
        {
            throw new InteropException(
                Status.Argument, $"{what}: there is a NUL at offset {at} of {bytes.Length}. The length must not count the NUL that ends a C string.");
        }
    }

    private static string Shown(nuint length) => length == NulTerminated ? "EMAILAUTH_NUL_TERMINATED" : length.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
