using Microsoft.Win32.SafeHandles;

namespace EmailAuth.Cli.Input;

/// <summary>Standard input as bytes; when it is a file, its length and position are known.</summary>
internal static class StandardInput
{
    public static Stream Open()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardInput();
        }

        try
        {
            return new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // A directory or a closed descriptor: the console's stream handles it.
            return Console.OpenStandardInput();
        }
    }

    /// <summary>The share of a stream that has been read, 0 to 1; null when its length is not known.</summary>
    public static double? ShareRead(Stream stream) => stream is { CanSeek: true, Length: > 0 } ? (double)stream.Position / stream.Length : null;
}
