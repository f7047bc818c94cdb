using EmailAuth.Messages;

namespace EmailAuth.Cli.Input;

/// <summary>Reads a message from a file or, for "-", from standard input.</summary>
internal static class MessageFile
{
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (path == "-")
            {
                await using var input = Console.OpenStandardInput();
                using var buffer = new MemoryStream();
                await input.CopyToAsync(buffer, cancellationToken);
                return LineEndings.ToCrlf(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
            }

            return LineEndings.ToCrlf(await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unreadable(path, e);
        }
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
