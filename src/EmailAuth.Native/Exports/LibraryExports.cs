using System.Runtime.InteropServices;

namespace EmailAuth.Native.Exports;

/// <summary>The calls on the library itself that need the runtime; the others are in gate.c. Their contract is in emailauth.h.</summary>
internal static unsafe class LibraryExports
{
    // It lives as long as the process.
    private static readonly Lazy<NativeText> Schema = new(static () =>
    {
        using var stream = typeof(LibraryExports).Assembly.GetManifestResourceStream("outcome.schema.json")
            ?? throw new InvalidOperationException("The schema is not in the library.");
        using var reader = new StreamReader(stream);
        return new NativeText(reader.ReadToEnd());
    });

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_last_error")]
    public static nuint GetLastError(byte* buffer, nuint capacity)
    {
        try
        {
            return Input.Fill(InteropBoundary.LastError, buffer, capacity);
        }
        catch (Exception exception)
        {
            InteropBoundary.Failed(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_json_schema")]
    public static int JsonSchema(byte** text, nuint* length)
    {
        try
        {
            Input.CheckOutput(text, "text");
            *text = Schema.Value.Pointer;
            if (length is not null)
            {
                *length = Schema.Value.Length;
            }
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }
}
