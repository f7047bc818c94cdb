using System.Globalization;
using System.Runtime.CompilerServices;

namespace EmailAuth.Cli.Input;

/// <summary>The messages that a command is given: files, folders of files, mbox files, or standard input.</summary>
internal sealed class MessageSource
{
    private readonly IReadOnlyList<string> _paths;

    private MessageSource(IReadOnlyList<string> paths, bool isMany)
    {
        _paths = paths;
        IsMany = isMany;
    }

    /// <summary>Whether there may be several messages. In that case each has its own line.</summary>
    public bool IsMany { get; }

    /// <param name="paths">The files and folders.</param>
    /// <param name="isMany">Whether a message that cannot be read does not end the command, even if it is the only one.</param>
    public static MessageSource Of(IReadOnlyList<string> paths, bool isMany = false)
    {
        foreach (var path in paths)
        {
            if (path != "-" && !Directory.Exists(path) && !File.Exists(path))
            {
                throw MessageFile.Unreadable(path, new FileNotFoundException());
            }
        }

        return new MessageSource(paths, isMany || paths.Count > 1 || Directory.Exists(paths[0]) || (paths[0] != "-" && IsMailboxFile(paths[0])));
    }

    /// <summary>Reads the messages, one after the other.</summary>
    /// <exception cref="CommandException">No path has a message, so nothing would be checked.</exception>
    public async IAsyncEnumerable<NamedMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isEmpty = true;
        await foreach (var message in ReadPathsAsync(cancellationToken))
        {
            isEmpty = false;
            yield return message;
        }

        if (isEmpty)
        {
            throw new CommandException(ExitCode.Input, $"{FolderFiles.Named(_paths)} no message");
        }
    }

    private async IAsyncEnumerable<NamedMessage> ReadPathsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var path in _paths)
        {
            if (!Directory.Exists(path))
            {
                await foreach (var message in ReadFileAsync(path, cancellationToken))
                {
                    yield return message;
                }

                continue;
            }

            foreach (var file in FolderFiles.Of(path))
            {
                await foreach (var message in ReadFileAsync(file, cancellationToken))
                {
                    yield return message;
                }
            }
        }
    }

    private async IAsyncEnumerable<NamedMessage> ReadFileAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (path != "-" && IsMailboxFile(path))
        {
            await using var stream = File.OpenRead(path);
            await foreach (var message in ReadMailboxAsync(path, stream, cancellationToken))
            {
                yield return message;
            }

            yield break;
        }

        var (content, error) = await ReadBytesAsync(path, cancellationToken);
        if (content is null || !MailboxReader.IsMailbox(content))
        {
            yield return content is null ? new NamedMessage(path, ReadOnlyMemory<byte>.Empty, error) : Named(path, content);
            yield break;
        }

        // Standard input and pipes may contain mbox files: mail delivery to a command writes such a line above the message.
        using var mailbox = new MemoryStream(content);
        await foreach (var message in ReadMailboxAsync(path, mailbox, cancellationToken))
        {
            yield return message;
        }
    }

    private async IAsyncEnumerable<NamedMessage> ReadMailboxAsync(string path, Stream mailbox, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0;
        await foreach (var message in MailboxReader.ReadAsync(mailbox, cancellationToken))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{(path == "-" ? "standard input" : path)}:{++number}");
            yield return Named(name, message.Bytes) with { MailboxLine = message.Separator };
        }
    }

    // The error of a single message ends the command. Among many messages it is reported, and the others continue.
    private NamedMessage Named(string name, ReadOnlyMemory<byte> content)
    {
        try
        {
            return new NamedMessage(name, MessageFile.Checked(name, content));
        }
        catch (CommandException e) when (IsMany)
        {
            return new NamedMessage(name, ReadOnlyMemory<byte>.Empty, e.Message);
        }
    }

    private async Task<(byte[]? Content, string? Error)> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await MessageFile.ReadBytesAsync(path, cancellationToken), null);
        }
        catch (CommandException e) when (IsMany)
        {
            return (null, e.Message);
        }
    }

    private static bool IsMailboxFile(string path)
    {
        try
        {
            // A pipe has no length, gives its bytes only once, and may never end: it is read as one message.
            var file = new FileInfo(path);
            if ((file.ResolveLinkTarget(returnFinalTarget: true) ?? file) is not FileInfo { Exists: true, Length: > 0 })
            {
                return false;
            }

            using var content = file.OpenRead();
            Span<byte> start = stackalloc byte[MailboxReader.StartLength];
            return MailboxReader.IsMailbox(start[..content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // The code that reads the file later reports why it cannot be read.
            return false;
        }
    }
}
