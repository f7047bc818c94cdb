using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace EmailAuth.Cli.Input;

/// <summary>Splits a stream into lines. Lines with only white space are skipped, but counted.</summary>
internal static class LineReader
{
    /// <summary>The longest line, in bytes: no mail server accepts such a large message.</summary>
    public const int MaxLength = 256 * 1024 * 1024;

    public static async IAsyncEnumerable<NumberedLine> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 128 * 1024, minimumReadSize: 32 * 1024));
        var (number, isSkipping) = (0L, false);

        // The number of bytes that are known to have no line end: a long line arrives in many pieces, and each is searched only once.
        var searched = 0L;
        while (true)
        {
            // Cancelling a token does not end a read that waits for a terminal or a pipe, but the run must end.
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
                    yield return NumberedLine.TooLong(number + 1);
                }

                isSkipping = true;
                buffer = buffer.Slice(buffer.End);
            }

            searched = buffer.Length;
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static NumberedLine? Line(ReadOnlySequence<byte> line, long number) =>
        IsBlank(line) ? null : NumberedLine.Of(number, line);

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var piece in line)
        {
            if (piece.Span.ContainsAnyExcept(" \t\r"u8))
            {
                return false;
            }
        }

        return true;
    }
}
