using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>A message in pieces: the header and the body are the same wherever it is cut, and come as early as they can.</summary>
public class MessageSplitterTests
{
    private static readonly MessageLimits Limits = new() { MaxHeaderBytes = 1024 };

    [Fact]
    public void All_short_messages_in_pieces_of_each_length()
    {
        string[] parts = ["\n", "\r\n", "From:a", "\r", "x"];
        for (var number = 0; number < 3125; number++)
        {
            var text = string.Concat(Enumerable.Range(0, 5).Select(place => parts[number / (int)Math.Pow(5, place) % 5]));
            var bytes = Encoding.ASCII.GetBytes(text);
            var isConverted = LineEndings.AreLineFeeds(bytes);
            var whole = isConverted ? Encoding.ASCII.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal)) : bytes;
            var header = HeaderBlock.Parse(whole);
            for (var size = 1; size <= 4; size++)
            {
                var split = new Split(Limits);
                for (var start = 0; start < bytes.Length; start += size)
                {
                    split.Splitter.Append(bytes.AsSpan(start, Math.Min(size, bytes.Length - start)));
                }

                split.Splitter.Complete();
                Assert.Equal(1, split.Headers);
                Assert.Equal(
                    (header.Count, header.Defects, isConverted, Encoding.ASCII.GetString(header.Bytes.Span), Encoding.ASCII.GetString(whole.AsSpan(header.BodyOffset))),
                    (split.Header!.Count, split.Header.Defects, split.Header.HasConvertedLineEnds, Encoding.ASCII.GetString(split.Header.Bytes.Span), split.Body));
                split.Splitter.Dispose();
            }
        }
    }

    // Byte by byte: after how many the header is known.
    [Theory]
    [InlineData("A: b\r\n\r\nbody", 8)]
    [InlineData("\r\nbody", 2)]
    [InlineData("\r\n\r\n", 2)]
    [InlineData("A: b\r\n \r\n\r\nbody", 11)]
    [InlineData("A: b\r\r\n\r\nbody", 9)]
    [InlineData("From: b\n\nbody", 9)]
    [InlineData("A: b\n\r\n\r\nbody", 9)]
    [InlineData("A: b\n\nbody\r\n\r\n", 14)]
    [InlineData("A: b\r\nbody", -1)]
    [InlineData("From: b\nbody", -1)]
    [InlineData("\r", -1)]
    public void A_header_is_handed_on_with_its_last_byte(string message, int known)
    {
        var split = new Split(Limits);
        for (var length = 1; length <= message.Length; length++)
        {
            split.Splitter.Append([(byte)message[length - 1]]);
            Assert.Equal(known >= 0 && length >= known ? 1 : 0, split.Headers);
        }

        split.Splitter.Complete();
        split.Splitter.Complete();
        Assert.Equal(1, split.Headers);
    }

    // A header past its limit ends when four bytes more are there: the empty line's among them.
    [Theory]
    [InlineData("X:", 1029)]
    [InlineData("From:a\nX:", 1029)]
    [InlineData("From:a\r\nX:", 1029)]
    public void A_header_past_its_limit_ends_soon(string start, int known)
    {
        var split = new Split(Limits);
        var message = start.PadRight(2000, 'x');
        var length = 0;
        while (split.Headers == 0)
        {
            split.Splitter.Append([(byte)message[length++]]);
        }

        Assert.Equal(known, length);
        Assert.NotNull(split.Header!.LimitReason);
    }

    // The LF of the From line is the last byte of what is read of a header, or the first that is not.
    [Theory]
    [InlineData(1020, true)]
    [InlineData(1023, true)]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void Line_ends_past_the_limit_decide_nothing(int length, bool isDecided)
    {
        var bytes = Encoding.ASCII.GetBytes("X:" + new string('x', length - 10) + "\nFrom:a\n\n\n\n\n\n\n");
        var split = new Split(Limits);
        split.Splitter.Append(bytes);
        split.Splitter.Complete();
        Assert.Equal(isDecided, split.Header!.HasConvertedLineEnds);
        Assert.Equal(isDecided, LineEndings.AreLineFeedsWithin(bytes, Limits));
        var single = new Split(Limits);
        foreach (var b in bytes)
        {
            single.Splitter.Append([b]);
        }

        single.Splitter.Complete();
        Assert.Equal(isDecided, single.Header!.HasConvertedLineEnds);
    }

    [Fact]
    public void Buffers_are_given_back_once()
    {
        var split = new Split(MessageLimits.Default);
        split.Splitter.Append("From: b\n\nx\n"u8);
        split.Splitter.Append("y\n"u8);
        Assert.Equal("x\r\ny\r\n", split.Body);
        split.Splitter.Dispose();
        split.Splitter.Dispose();
        var other = new Split(MessageLimits.Default);
        other.Splitter.Append("A: b\r\n\r\nx"u8);
        other.Splitter.Dispose();
        other.Splitter.Dispose();
        new MessageSplitter(MessageLimits.Default, _ => { }, _ => { }).Dispose();
        foreach (var length in (int[])[16, 32, 64, 4096, 16_384])
        {
            HeaderBlockBuilderTests.AreDistinct<byte>(length);
        }
    }

    // A first piece is looked at in steps, so that what is behind the header is not copied.
    [Fact]
    public void A_body_is_passed_on_in_the_pieces_in_which_it_came()
    {
        var split = new Split(MessageLimits.Default);
        split.Splitter.Append(Encoding.ASCII.GetBytes("A: b\r\n\r\n".PadRight(20_000, 'x')));
        split.Splitter.Append(new byte[50_000]);
        split.Splitter.Append([]);
        split.Splitter.Append("y"u8);
        Assert.Equal([4088, 15_904, 50_000, 1], split.Lengths);
        Assert.Equal(1, split.Headers);
    }

    [Fact]
    public void A_long_header_is_looked_at_in_steps_that_grow()
    {
        var split = new Split(MessageLimits.Default);
        var header = "A:" + new string('x', 9_994) + "\r\n\r\n";
        split.Splitter.Append(Encoding.ASCII.GetBytes(header.PadRight(40_000, 'y')));

        // 4,096, as many again, 8,192.
        Assert.Equal([16_384 - 10_000, 40_000 - 16_384], split.Lengths);
        Assert.Equal(9_998, split.Header!.Bytes.Length);
    }

    [Fact]
    public void A_body_with_lf_is_converted_in_steps()
    {
        var split = new Split(MessageLimits.Default);
        var body = string.Concat(Enumerable.Repeat("\nabcdefg", 2_500));
        split.Splitter.Append(Encoding.ASCII.GetBytes("From: b\n\n"));
        split.Splitter.Append(Encoding.ASCII.GetBytes(body));
        Assert.Equal([8192 + 1024, 8192 + 1024, 20_000 - 16_384 + 452], split.Lengths);
        split.Splitter.Append(Encoding.ASCII.GetBytes(new string('\n', 8192)));
        Assert.Equal([9216, 9216, 4068, 16_384], split.Lengths);
        Assert.Equal(body.Replace("\n", "\r\n", StringComparison.Ordinal) + string.Concat(Enumerable.Repeat("\r\n", 8192)), split.Body);
        split.Splitter.Dispose();
        split.Splitter.Dispose();
    }

    [Fact]
    public void A_header_with_lf_and_the_body_behind_it_in_one_piece()
    {
        var split = new Split(MessageLimits.Default);
        split.Splitter.Append("From: b\nX: y\n\nc\nd"u8);
        Assert.Equal(("From: b\r\nX: y\r\n", "c\r\nd", true), (Encoding.ASCII.GetString(split.Header!.Bytes.Span), split.Body, split.Header.HasConvertedLineEnds));
        Assert.Equal([4], split.Lengths);
        var without = new Split(MessageLimits.Default);
        without.Splitter.Append("From: b\nX: y"u8);
        Assert.Equal(0, without.Headers);
        without.Splitter.Complete();
        Assert.Equal(("From: b\r\nX: y", "", true, 0), (Encoding.ASCII.GetString(without.Header!.Bytes.Span), without.Body, without.Header.HasConvertedLineEnds, without.Lengths.Count));
    }

    [Fact]
    public void A_message_without_a_body_passes_none_on()
    {
        var split = new Split(MessageLimits.Default);
        split.Splitter.Append("A: b\r\n\r\n"u8);
        split.Splitter.Complete();
        Assert.Empty(split.Lengths);
        var empty = new Split(MessageLimits.Default);
        empty.Splitter.Complete();
        Assert.Equal((1, 0, 0), (empty.Headers, empty.Header!.Count, empty.Lengths.Count));
    }

    [Fact]
    public async Task A_stream_is_read_32_KiB_at_a_time_to_its_end_and_a_sequence_whole()
    {
        var split = new Split(MessageLimits.Default);
        var bytes = Encoding.ASCII.GetBytes("A: b\r\n\r\n".PadRight(70_000, 'x'));
        var stream = new CountingStream(bytes);
        await split.Splitter.ReadAsync(stream, TestContext.Current.CancellationToken);
        Assert.Equal((new string('x', 69_992), 4, 32 * 1024), (split.Body, stream.Reads, stream.Largest));
        await split.Splitter.ReadAsync(new CountingStream([1]), TestContext.Current.CancellationToken);
        split.Splitter.Append(MessageForms.Sequence([2, 3, 4], 1, 0, 1));
        Assert.Equal("\u0001\u0002\u0003\u0004", split.Body[69_992..]);
    }

    [Fact]
    public async Task A_pipe_that_does_not_look_at_the_token_is_not_read_on()
    {
        using var ending = new CancellationTokenSource();
        var reader = new EndlessReader(ending);
        var split = new Split(MessageLimits.Default);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await split.Splitter.ReadAsync(reader, ending.Token));
        Assert.Equal(2, reader.Reads);
    }

    [Fact]
    public async Task A_read_of_a_pipe_that_is_cancelled_leaves_its_bytes()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("A: b\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        pipe.Reader.CancelPendingRead();
        var split = new Split(MessageLimits.Default);
        var thrown = await Assert.ThrowsAsync<OperationCanceledException>(async () => await split.Splitter.ReadAsync(pipe.Reader, CancellationToken.None));
        Assert.Equal("The read was cancelled (CancelPendingRead).", thrown.Message);
        var left = await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(6, left.Buffer.Length);
        pipe.Reader.AdvanceTo(left.Buffer.Start);
        await pipe.Writer.WriteAsync("\r\nx"u8.ToArray(), TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        await split.Splitter.ReadAsync(pipe.Reader, TestContext.Current.CancellationToken);
        Assert.Equal((1, "x"), (split.Header?.Count ?? -1, split.Body));
    }

    // Cancels after its second read.
    private sealed class EndlessReader(CancellationTokenSource ending) : PipeReader
    {
        public int Reads { get; private set; }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            if (++Reads == 2) ending.Cancel();

            return new ValueTask<ReadResult>(new ReadResult(new ReadOnlySequence<byte>("A: b\r\n"u8.ToArray()), isCanceled: false, isCompleted: Reads == 5));
        }

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

        public override void AdvanceTo(SequencePosition consumed)
        {
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => AdvanceTo(consumed);

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }

    private sealed class Split
    {
        private readonly List<byte> _body = [];

        public Split(MessageLimits limits) => Splitter = new MessageSplitter(
            limits,
            header =>
            {
                Headers++;
                Header = header;
            },
            chunk =>
            {
                Assert.Equal(1, Headers);
                Lengths.Add(chunk.Length);
                _body.AddRange(chunk);
            });

        public MessageSplitter Splitter { get; }

        public HeaderBlock? Header { get; private set; }

        public int Headers { get; private set; }

        public List<int> Lengths { get; } = [];

        public string Body => Encoding.ASCII.GetString([.. _body]);
    }

    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public int Reads { get; private set; }

        public int Largest { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reads++;
            Largest = Math.Max(Largest, buffer.Length);
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
