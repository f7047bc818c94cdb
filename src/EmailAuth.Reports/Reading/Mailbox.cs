using System.IO.Pipelines;
using System.Buffers;

namespace EmailAuth.Reports.Reading;

/// <summary>Splits an mbox file (RFC 4155) into its messages, one in memory at a time.</summary>
internal static class Mailbox
{
    // More than an address and a date can have.
    private const int MaxSeparatorLength = 1024;

    /// <summary>
    /// Whether a line without its end is the separator above a message: <c>From</c>, an address, and a date, of which the time and a year of four
    /// digits are asked for.
    /// </summary>
    public static bool IsSeparator(ReadOnlySpan<byte> line)
    {
        line = line[..Math.Min(line.Length, MaxSeparatorLength)].TrimEnd("\r\n"u8);
        var colon = line.IndexOf((byte)':');
        return line.StartsWith("From "u8) && colon > "From "u8.Length && colon < line.Length - 2 && char.IsAsciiDigit((char)line[colon - 1]) && char.IsAsciiDigit((char)line[colon + 1])
            && line.ContainsAnyInRange((byte)'0', (byte)'9') && HasYear(line);
    }

    /// <summary>Reads the messages.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="maxBytes">How many octets of a message are kept; a longer one is given as null.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>?> ReadAsync(
        Stream stream, int maxBytes, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var message = new ArrayBufferWriter<byte>(16 * 1024);
        var (isStarted, isTooLong, isLineStart, afterEmptyLine) = (false, false, true, true);
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            while (TryReadPiece(ref buffer, read.IsCompleted, out var piece))
            {
                var bytes = piece.IsSingleSegment ? piece.First : piece.ToArray();
                if (isLineStart && afterEmptyLine && IsSeparator(bytes.Span))
                {
                    if (isStarted)
                    {
                        yield return isTooLong ? (ReadOnlyMemory<byte>?)null : Finished(message);
                        message = new ArrayBufferWriter<byte>(16 * 1024);
                    }

                    (isStarted, isTooLong, afterEmptyLine) = (true, false, false);
                    isLineStart = bytes.Span[^1] == (byte)'\n';
                    continue;
                }

                var kept = isLineStart ? Unquoted(bytes) : bytes;
                afterEmptyLine = isLineStart && bytes.Span is [(byte)'\n'] or [(byte)'\r', (byte)'\n'];
                isLineStart = bytes.Span[^1] == (byte)'\n';
                isTooLong |= message.WrittenCount + (long)kept.Length > maxBytes;
                if (!isTooLong)
                {
                    message.Write(kept.Span);
                }
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        if (isStarted)
        {
            yield return isTooLong ? (ReadOnlyMemory<byte>?)null : Finished(message);
        }
    }

    // A line with its end; or, of a line that goes on for very long, a piece without one. A separator is short enough to be whole.
    private static bool TryReadPiece(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> piece)
    {
        const int LongLine = 64 * 1024;
        piece = default;
        if (buffer.IsEmpty)
        {
            return false;
        }

        SequencePosition end;
        if (buffer.PositionOf((byte)'\n') is { } lf)
        {
            end = buffer.GetPosition(1, lf);
        }
        else if (isLast || buffer.Length >= LongLine)
        {
            end = buffer.End;
        }
        else
        {
            return false;
        }

        piece = buffer.Slice(0, end);
        buffer = buffer.Slice(end);
        return true;
    }

    // The form mboxrd: a line of the message that starts with "From " has a ">" before it, and one with ">" has one more.
    private static ReadOnlyMemory<byte> Unquoted(ReadOnlyMemory<byte> line)
    {
        var quotes = line.Span.IndexOfAnyExcept((byte)'>');
        return quotes > 0 && line.Span[quotes..].StartsWith("From "u8) ? line[1..] : line;
    }

    // The empty line before the next separator belongs to the format.
    private static ReadOnlyMemory<byte> Finished(ArrayBufferWriter<byte> message)
    {
        var bytes = message.WrittenMemory;
        return bytes.Span.EndsWith("\r\n\r\n"u8) ? bytes[..^2] : bytes.Span.EndsWith("\n\n"u8) ? bytes[..^1] : bytes;
    }

    private static bool HasYear(ReadOnlySpan<byte> line)
    {
        var digits = 0;
        foreach (var octet in line)
        {
            digits = char.IsAsciiDigit((char)octet) ? digits + 1 : 0;
            if (digits == 4)
            {
                return true;
            }
        }

        return false;
    }
}
