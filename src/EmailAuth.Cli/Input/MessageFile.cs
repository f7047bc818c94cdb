using EmailAuth.Messages;

namespace EmailAuth.Cli.Input;

/// <summary>Reads a message from a file or, for "-", from standard input.</summary>
internal static class MessageFile
{
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            // To open a pipe, or to read from one or from a terminal, waits for the other side and does not end by a token; the run does.
            var reading = Task.Run(() => path == "-" ? ReadStandardInputAsync() : File.ReadAllBytesAsync(path, cancellationToken), cancellationToken);
            return AsRead(await reading.WaitAsync(cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>
    /// The bytes of a file as they are judged: a file with LF line ends is left to the library, whose outcome says how it was read; a file
    /// with LF alone that it would not take for one is made CRLF here.
    /// </summary>
    public static ReadOnlyMemory<byte> AsRead(ReadOnlyMemory<byte> file) => LineEndings.AreLineFeeds(file.Span) ? file : LineEndings.ToCrlf(file);

    private static async Task<byte[]> ReadStandardInputAsync()
    {
        await using var input = Console.OpenStandardInput();
        using var buffer = new MemoryStream();
        await input.CopyToAsync(buffer);
        return buffer.ToArray();
    }

    /// <summary>The error for a file that cannot be read, with what the user can do.</summary>
    public static CommandException Unreadable(string path, Exception e) => new(
        ExitCode.Input,
        e switch
        {
            FileNotFoundException or DirectoryNotFoundException => $"'{path}' does not exist: name a file, or - for standard input",
            UnauthorizedAccessException when Directory.Exists(path) => $"'{path}' is a folder: name a file in it",
            UnauthorizedAccessException => $"'{path}' may not be read by this user: check its permissions",
            _ => $"'{path}' cannot be read: {e.Message}",
        },
        e);
}
