using System.Buffers;
using System.IO.Pipelines;
using EmailAuth.Messages;
using EmailAuth.MimeKit;
using EmailAuth.Tests.TestSupport;
using MimeKit;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>A body of 16 MB costs no more memory than one of 64 KB, in each form that comes in pieces, with CRLF and with LF.</summary>
[Collection(nameof(AuthenticationMemoryTests))]
public class MessageFormMemoryTests
{
    private const int Small = 64 * 1024;
    private const int Large = 16 * 1024 * 1024;

    // A pool may have to make a buffer again after a collection.
    private const int Slack = 256 * 1024;

    private static readonly byte[] CrlfHeader = TypicalMessage.OneSignature[..HeaderBlock.Parse(TypicalMessage.OneSignature).BodyOffset];
    private static readonly byte[] LfHeader = [.. CrlfHeader.Where(b => b != '\r')];
    private static readonly byte[] CrlfLines = Lines("A line of the body.\r\n"u8);
    private static readonly byte[] LfLines = Lines("A line of the body.\n"u8);

    private static readonly AuthenticationPipeline Pipeline = new(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options);

    public static TheoryData<string, bool> Forms => new()
    {
        { "sequence", false }, { "sequence", true }, { "stream", false }, { "stream", true }, { "pipe", false }, { "pipe", true }, { "MimeKit", true },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_body_is_never_held(string form, bool hasLineFeeds)
    {
        var small = AllocatedBy(form, hasLineFeeds, Small);
        Assert.InRange(AllocatedBy(form, hasLineFeeds, Large), 1, small + Slack);
    }

    private static long AllocatedBy(string form, bool hasLineFeeds, int length)
    {
        var (header, lines) = hasLineFeeds ? (LfHeader, LfLines) : (CrlfHeader, CrlfLines);
        var least = long.MaxValue;
        for (var run = 0; run < 3; run++)
        {
            using var stream = new LongMessage(header, lines, length);
            using var mime = form == "MimeKit" ? LongMime(lines, length) : null;
            var sequence = form == "sequence" ? LongSequence(header, lines, length) : default;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var pending = form switch
            {
                "sequence" => Pipeline.AuthenticateAsync(TypicalMessage.Envelope, sequence, CancellationToken.None).AsTask(),
                "stream" => Pipeline.AuthenticateAsync(TypicalMessage.Envelope, stream, CancellationToken.None).AsTask(),
                "pipe" => Pipeline.AuthenticateAsync(TypicalMessage.Envelope, PipeReader.Create(stream), CancellationToken.None).AsTask(),
                _ => Pipeline.AuthenticateAsync(TypicalMessage.Envelope, mime!, CancellationToken.None).AsTask(),
            };

            // Nothing waits, so that all of it ran on this thread.
            Assert.True(pending.IsCompletedSuccessfully);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(form != "MimeKit" && hasLineFeeds, pending.Result.HasConvertedLineEnds);
        }

        return least;
    }

    private static byte[] Lines(ReadOnlySpan<byte> line)
    {
        var lines = new byte[line.Length * 1024];
        for (var start = 0; start < lines.Length; start += line.Length)
        {
            line.CopyTo(lines.AsSpan(start));
        }

        return lines;
    }

    // The same memory many times.
    private static ReadOnlySequence<byte> LongSequence(byte[] header, byte[] lines, int length)
    {
        var first = new Segment(header, null);
        var last = first;
        for (var sum = 0; sum < length; sum += lines.Length)
        {
            last = new Segment(lines, last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, lines.Length);
    }

    private static MimeMessage LongMime(byte[] lines, int length)
    {
        var message = MimeMessage.Load(new MemoryStream(TypicalMessage.OneSignature));
        ((MimePart)message.Body!).Content = new MimeContent(new LongMessage([], lines, length));
        return message;
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

    // A header, then lines again and again, made as they are read.
    private sealed class LongMessage(byte[] header, byte[] lines, int bodyLength) : Stream
    {
        private int _length;
        private Task<int> _read = Task.FromResult(0);

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => header.Length + bodyLength;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var left = (int)Math.Min(Length - Position, buffer.Length);
            if (left <= 0)
            {
                return 0;
            }

            var source = Position < header.Length ? header.AsSpan((int)Position) : lines.AsSpan((int)((Position - header.Length) % lines.Length));
            var length = Math.Min(left, source.Length);
            source[..length].CopyTo(buffer);
            Position += length;
            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        // As MemoryStream does: most reads give as many bytes as the one before.
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            var length = Read(buffer.AsSpan(offset, count));
            if (length != _length)
            {
                (_length, _read) = (length, Task.FromResult(length));
            }

            return _read;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
