using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace EmailAuth.Cli.Input;

/// <summary>Cuts a stream into lines. Lines without anything but white space are passed over, but counted.</summary>
internal static class LineReader
{
    /// <summary>The longest line, in bytes: no mail server takes a message as large.</summary>
    public const int MaxLength = 256 * 1024 * 1024;

    public static async IAsyncEnumerable<NumberedLine> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 128 * 1024, minimumReadSize: 32 * 1024));
        var (number, isSkipping) = (0L, false);

        // How much of what is at hand holds no line end: a long line comes in many pieces, each of which is searched once.
        var searched = 0L;
        while (true)
        {
            // A read that waits on a terminal or a pipe does not end by a token; the run does.
            var read = await reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.Slice(searched).PositionOf((byte)'\n') is { } end)
            {
                searched = 0;
                number++;
                if (!isSkipping && Line(buffer.Slice(0, end), number) is { } line)
                {
                    yield return line;
                }

                isSkipping = false;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                if (!isSkipping && Line(buffer, number + 1) is { } last)
                {
                    yield return last;
                }

                yield break;
            }

            if (buffer.Length > MaxLength)
            {
                if (!isSkipping)
                {
                    yield return new NumberedLine(number + 1, [], IsTooLong: true);
                }

                isSkipping = true;
                buffer = buffer.Slice(buffer.End);
            }

            searched = buffer.Length;
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static NumberedLine? Line(ReadOnlySequence<byte> line, long number)
    {
        var bytes = line.ToArray();
        return bytes.AsSpan().ContainsAnyExcept(" \t\r"u8) ? new NumberedLine(number, bytes) : null;
    }
}
