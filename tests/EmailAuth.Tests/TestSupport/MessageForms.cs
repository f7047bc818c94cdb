using System.Buffers;
using System.IO.Pipelines;
using EmailAuth.Messages;
using EmailAuth.Tests.Dkim;
using MimeKit;

namespace EmailAuth.Tests.TestSupport;

/// <summary>A message in each of the forms that can be handed in, cut at random.</summary>
internal static class MessageForms
{
    /// <summary>A sequence of the given lengths; what is left makes the last segment. A length of 0 makes an empty segment.</summary>
    public static ReadOnlySequence<byte> Sequence(byte[] message, params IEnumerable<int> lengths)
    {
        var first = new Segment(ReadOnlyMemory<byte>.Empty, null);
        var last = first;
        var start = 0;
        foreach (var length in lengths)
        {
            var taken = Math.Min(length, message.Length - start);
            last = new Segment(message.AsMemory(start, taken), last);
            start += taken;
        }

        last = new Segment(message.AsMemory(start), last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>Lengths, among them 0, that often cut a message into pieces of a few bytes and sometimes into large ones.</summary>
    public static IEnumerable<int> RandomLengths(Random random, int total)
    {
        var largest = random.Next(3) switch { 0 => 3, 1 => 200, _ => 5000 };
        for (var sum = 0; sum < total;)
        {
            var length = random.Next(largest + 1);
            sum += length;
            yield return length;
        }
    }

    /// <summary>A pipe whose writer flushes after each length, while the reader reads.</summary>
    public static PipeReader Pipe(byte[] message, params IEnumerable<int> lengths)
    {
        var pipe = new Pipe();
        _ = WriteAsync(pipe.Writer, message, lengths);
        return pipe.Reader;
    }

    public static Stream Stream(byte[] message, int size) => new ChunkedStream(message, size);

    /// <summary>
    /// What MimeKit parses, where it writes the bytes that it read, with CRLF for each LF of a file. Null for others: their signatures are not over
    /// what it writes.
    /// </summary>
    public static MimeMessage? Mime(byte[] message)
    {
        MimeMessage parsed;
        try
        {
            parsed = MimeMessage.Load(new MemoryStream(message));
        }
        catch (FormatException)
        {
            return null;
        }

        using var written = new MemoryStream();
        parsed.WriteTo(new FormatOptions { NewLineFormat = NewLineFormat.Dos }, written);
        return written.ToArray().AsSpan().SequenceEqual(LineEndings.ToCrlf(message).Span) ? parsed : null;
    }

    private static async Task WriteAsync(PipeWriter writer, byte[] message, IEnumerable<int> lengths)
    {
        var start = 0;
        foreach (var length in lengths.Append(message.Length))
        {
            var taken = Math.Min(length, message.Length - start);
            await writer.WriteAsync(message.AsMemory(start, taken));
            start += taken;
        }

        await writer.CompleteAsync();
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
