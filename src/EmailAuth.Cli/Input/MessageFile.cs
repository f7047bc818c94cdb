using EmailAuth.Messages;

namespace EmailAuth.Cli.Input;

/// <summary>Reads a message from a file or, for "-", from standard input.</summary>
internal static class MessageFile
{
    /// <summary>Reads a file with one message.</summary>
    /// <exception cref="CommandException">The file cannot be read, or is not a message.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var content = await ReadBytesAsync(path, cancellationToken);
        return MailboxReader.IsMailbox(content)
            ? throw new CommandException(ExitCode.Input, $"{Called(path)} is an mbox file: give one message, without the line \"From ...\" above it")
            : Checked(path, content);
    }

    /// <summary>Reads a file as it is.</summary>
    /// <exception cref="CommandException">The file cannot be read.</exception>
    public static async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            // Opening a pipe, and reading from a pipe or a terminal, waits for the other side. Cancelling a token does not end that, but
            // the run must end.
            var reading = Task.Run(() => path == "-" ? ReadStandardInputAsync() : WholeFile.ReadAsync(path, cancellationToken), cancellationToken);
            return await reading.WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>
    /// The bytes of a file in the form in which they are verified. A file with LF line ends is passed to the library, whose outcome says
    /// how it was read. A file with only LF that the library would not recognize as such is converted to CRLF here.
    /// </summary>
    public static ReadOnlyMemory<byte> AsRead(ReadOnlyMemory<byte> file) => LineEndings.AreLineFeeds(file.Span) ? file : LineEndings.ToCrlf(file);

    /// <summary>The bytes of a file in the form in which they are verified (see <see cref="AsRead"/>).</summary>
    /// <exception cref="CommandException">They are not a message.</exception>
    public static ReadOnlyMemory<byte> Checked(string path, ReadOnlyMemory<byte> content) => NotAMessage.Reason(content.Span) switch
    {
        null => AsRead(content),
        _ when content.IsEmpty && path == "-" => throw new CommandException(
            ExitCode.Input, "standard input is empty, which is not a message: send a message, or give a MESSAGE (see 'emailauth --help')"),
        { } reason => throw new CommandException(ExitCode.Input, $"{Called(path)} is not a message: {reason}"),
    };

    private static async Task<byte[]> ReadStandardInputAsync()
    {
        await using var input = Console.OpenStandardInput();
        return await WholeFile.ReadAsync(input, Array.MaxLength);
    }

    private static string Called(string path) => path == "-" ? "standard input" : $"'{path}'";

    /// <summary>The error for a file that cannot be read, with what the user can do.</summary>
    public static CommandException Unreadable(string path, Exception e) => new(
        ExitCode.Input,
        e switch
        {
            FileNotFoundException or DirectoryNotFoundException => $"'{path}' does not exist: give a file, or - for standard input",
            UnauthorizedAccessException when Directory.Exists(path) => $"'{path}' is a folder: give a file in it",
            UnauthorizedAccessException => $"this user may not read '{path}': check its permissions",
            _ => $"{Called(path)} cannot be read: {e.Message}",
        },
        e);
}
