using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EmailAuth.Cli.Output;

/// <summary>Standard output as bytes.</summary>
internal static class StandardOutput
{
    // EPIPE on Linux, macOS and the BSDs.
    private const int BrokenPipe = 32;

    // Two kinds of stream are needed. A FileStream writes to a regular file at its own offset, so several commands that share one file (a
    // loop with "> out.txt") would overwrite each other; the console's stream uses the shared offset of the file. For a pipe it is the
    // reverse: the console's stream hides that the reader has closed it; a FileStream reports that, and has no offset on a pipe.
    public static Stream Open()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }

    /// <summary>Makes printing of text also end the run when the reader has closed the pipe.</summary>
    public static void TellWhenNobodyReads()
    {
        if (Console.IsOutputRedirected)
        {
            Console.SetOut(TextWriter.Synchronized(new StreamWriter(Open(), new UTF8Encoding(false)) { AutoFlush = true }));
        }
    }

    /// <summary>Whether writing failed because the reader has closed the pipe, which is not the user's mistake.</summary>
    public static bool IsNobodyReading(IOException error) => error.HResult == BrokenPipe;
}
