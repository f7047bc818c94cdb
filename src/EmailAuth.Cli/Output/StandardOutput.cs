using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EmailAuth.Cli.Output;

/// <summary>Standard output as bytes.</summary>
internal static class StandardOutput
{
    // EPIPE on Linux, macOS and the BSDs.
    private const int BrokenPipe = 32;

    // Two kinds of stream, as each is right where the other is not. A FileStream writes to a regular file at an offset of its own, so
    // several commands that share one file (a loop with "> out.txt") would overwrite each other; the console's stream writes where the
    // file's shared offset is. The console's stream hides that the reader of a pipe has gone; a FileStream reports it, and has no offset
    // on what cannot seek.
    public static Stream Open()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }

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
