using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace EmailAuth.Native.Exports;

/// <summary>The calls on the library itself. Their contract stands in emailauth.h.</summary>
internal static unsafe class LibraryExports
{
    private const uint AbiVersion = 1 << 16;

    private static readonly NativeText Version = new(
        typeof(AuthenticationPipeline).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown");

    [UnmanagedCallersOnly(EntryPoint = "emailauth_abi_version")]
    public static uint GetAbiVersion() => AbiVersion;

    [UnmanagedCallersOnly(EntryPoint = "emailauth_version")]
    public static byte* GetVersion() => Version.Pointer;

    [UnmanagedCallersOnly(EntryPoint = "emailauth_status_text")]
    public static byte* GetStatusText(int status) => StatusText.Of(status).Pointer;

    [UnmanagedCallersOnly(EntryPoint = "emailauth_last_error")]
    public static nuint GetLastError(byte* buffer, nuint capacity)
    {
        try
        {
            var text = Encoding.UTF8.GetBytes(Border.LastError);
            if (buffer is not null && capacity > 0)
            {
                // Cut between characters, not within one.
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
            Border.Failed(exception);
            return 0;
        }
    }
}
