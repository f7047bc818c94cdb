using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace EmailAuth.Cli.Input;

/// <summary>
/// Reads the messages of an mbox file (RFC 4155), one at a time: each starts with a separator line, after an empty line or at the start of
/// the file. A line of a message that starts with ">From ", with any number of ">", loses one ">": the form mboxrd, which also reads most
/// mboxo files.
/// </summary>
internal static class MailboxReader
{
    private const byte Lf = (byte)'\n';

    // More than an address and a date can have.
    private const int MaxSeparatorLength = 2048;

    /// <summary>The number of bytes that are enough to recognize an mbox file.</summary>
    public const int StartLength = 1024;

    /// <summary>Whether a file that begins so is an mbox file.</summary>
    public static bool IsMailbox(ReadOnlySpan<byte> start)
    {
        start = start[..Math.Min(start.Length, StartLength)];
        var end = start.IndexOf(Lf);
        return MailboxSeparator.Is(end < 0 ? start : start[..end]);
    }

    public static async IAsyncEnumerable<MailboxMessage> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var message = new ArrayBufferWriter<byte>(64 * 1024);
        var (isStarted, afterEmptyLine) = (false, true);
        var separator = string.Empty;

        // The number of bytes that are known to have no line end: a long line arrives in many pieces, and each is searched only once.
        var searched = 0L;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (TryReadLine(ref buffer, ref searched, read.IsCompleted, out var line))
            {
                var bytes = line.IsSingleSegment ? line.First : line.ToArray();
                if (afterEmptyLine && MailboxSeparator.Is(bytes.Span))
                {
                    if (isStarted)
                    {
                        yield return new MailboxMessage(Finished(message), separator);
                        message = new ArrayBufferWriter<byte>(64 * 1024);
                    }

                    (isStarted, afterEmptyLine) = (true, false);
                    separator = Encoding.UTF8.GetString(bytes.Span[..Math.Min(bytes.Length, MaxSeparatorLength)]);
                    continue;
                }

                afterEmptyLine = bytes.Span is [Lf] or [(byte)'\r', Lf];
                message.Write(Unquoted(bytes.Span));
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        if (isStarted)
        {
            yield return new MailboxMessage(Finished(message), separator);
        }
    }

    private static bool TryReadLine(ref ReadOnlySequence<byte> buffer, ref long searched, bool isLast, out ReadOnlySequence<byte> line)
    {
        var end = buffer.Slice(searched).PositionOf(Lf);
        if (end is null && (!isLast || buffer.IsEmpty))
        {
            searched = buffer.Length;
            line = default;
            return false;
        }

        searched = 0;
        var next = end is { } lf ? buffer.GetPosition(1, lf) : buffer.End;
        line = buffer.Slice(0, next);
        buffer = buffer.Slice(next);
        return true;
    }

    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> line)
    {
        var quotes = line.IndexOfAnyExcept((byte)'>');
        return quotes > 0 && line[quotes..].StartsWith(MailboxSeparator.Start) ? line[1..] : line;
    }

    // The empty line before the next separator belongs to the format, not to the message.
    private static ReadOnlyMemory<byte> Finished(ArrayBufferWriter<byte> message)
    {
        var bytes = message.WrittenMemory;
        if (bytes.Span.EndsWith("\r\n\r\n"u8))
        {
            bytes = bytes[..^2];
        }
        else if (bytes.Span.EndsWith("\n\n"u8))
        {
            bytes = bytes[..^1];
        }

        return MessageFile.AsRead(bytes);
    }
}
