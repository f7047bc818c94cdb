using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EmailAuth.Cli.Output;

/// <summary>Standard output as bytes.</summary>
internal static class StandardOutput
{
    // EPIPE on Linux, macOS and the BSDs.
    private const int BrokenPipe = 32;

    // The console's own stream takes it in silence when the reader of a pipe went away; a long run must end then.
    public static Stream Open() => OperatingSystem.IsWindows()
        ? Console.OpenStandardOutput()
        : new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    /// <summary>Makes what is printed as text end the run, too, when nobody reads it any more.</summary>
    public static void TellWhenNobodyReads()
    {
        if (Console.IsOutputRedirected)
        {
            Console.SetOut(TextWriter.Synchronized(new StreamWriter(Open(), new UTF8Encoding(false)) { AutoFlush = true }));
        }
    }

    /// <summary>Whether writing failed as nobody reads any more, which is no mistake of the user's.</summary>
    public static bool IsNobodyReading(IOException error) => error.HResult == BrokenPipe;
}
