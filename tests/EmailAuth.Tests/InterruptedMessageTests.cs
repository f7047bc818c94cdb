using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>What becomes of a pipe or a stream that is cancelled, breaks, or is read to its end: the caller has its exception, and the rest.</summary>
public class InterruptedMessageTests
{
    private static readonly SmtpEnvelope Envelope = new(IPAddress.Parse("192.0.2.1"), "mail.example.com", "joe@example.com");
    private static readonly ZoneResolver Resolver = TestSigner.Rsa2048.Resolver();
    private static readonly AuthenticationPipeline Pipeline = new(Resolver, new AuthenticationOptions { AuthservId = "mx.example.org" });
    private static readonly byte[] Message = TestSigner.Rsa2048.Sign("From: joe@example.com\r\n\r\nHi\r\n");

    public static TheoryData<string> Takers => ["the pipeline", "DKIM", "ARC"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Takers))]
    public async Task A_pipe_is_consumed_to_its_end_and_left_to_the_caller_to_complete(string taker)
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Message, Token);
        await pipe.Writer.CompleteAsync();
        var reader = new WatchedReader(pipe.Reader);
        await TakeAsync(taker, reader, Token);
        Assert.Equal((0, 0), (reader.Unadvanced, reader.Completions));
        Assert.Equal(Message.Length, reader.Consumed);
        Assert.Equal(reader.Consumed, reader.Examined);
        var rest = await reader.ReadAsync(Token);
        Assert.True(rest.IsCompleted);
        Assert.True(rest.Buffer.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Takers))]
    public async Task A_cancelled_read_ends_it_and_what_was_not_read_stays(string taker)
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Message.AsMemory(0, 20), Token);
        var reader = new WatchedReader(pipe.Reader);
        var pending = TakeAsync(taker, reader, Token);
        await reader.WaitsForMore.WaitAsync(Token);
        reader.CancelPendingRead();
        var exception = await Assert.ThrowsAsync<OperationCanceledException>(async () => await pending);
        Assert.Contains("CancelPendingRead", exception.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (reader.Unadvanced, reader.Completions));

        // The reader is as good as before: it gives what came meanwhile.
        await pipe.Writer.WriteAsync(Message.AsMemory(20), Token);
        await pipe.Writer.CompleteAsync();
        Assert.Equal(Message.Length - 20, (await reader.ReadAtLeastAsync(Message.Length - 20, Token)).Buffer.Length);
    }

    [Fact]
    public async Task A_read_that_was_cancelled_before_it_began_takes_nothing()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Message, Token);
        pipe.Reader.CancelPendingRead();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await Pipeline.AuthenticateAsync(Envelope, pipe.Reader, Token));
        Assert.Equal(Message.Length, (await pipe.Reader.ReadAsync(Token)).Buffer.Length);
    }

    [Theory]
    [MemberData(nameof(Takers))]
    public async Task What_broke_a_pipe_comes_out(string taker)
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Message.AsMemory(0, 20), Token);
        var reader = new WatchedReader(pipe.Reader);
        var pending = TakeAsync(taker, reader, Token);
        await reader.WaitsForMore.WaitAsync(Token);
        await pipe.Writer.CompleteAsync(new InvalidDataException("the connection was lost"));
        Assert.Equal("the connection was lost", (await Assert.ThrowsAsync<InvalidDataException>(async () => await pending)).Message);
        Assert.Equal((0, 0), (reader.Unadvanced, reader.Completions));
    }

    [Theory]
    [MemberData(nameof(Takers))]
    public async Task A_token_ends_the_wait_for_a_pipe(string taker)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Message.AsMemory(0, 20), Token);
        var reader = new WatchedReader(pipe.Reader);
        var pending = TakeAsync(taker, reader, cancel.Token);
        await reader.WaitsForMore.WaitAsync(Token);
        await cancel.CancelAsync();
        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pending)).CancellationToken);
        Assert.Equal((0, 0), (reader.Unadvanced, reader.Completions));
    }

    // Endless input that never waits and does not look at the token.
    [Theory]
    [MemberData(nameof(Takers))]
    public async Task A_token_ends_what_never_waits(string taker)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var stream = new EndlessStream(Message, reads => { if (reads == 100) { cancel.Cancel(); } });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await TakeAsync(taker, stream, cancel.Token));
        Assert.Equal(100, stream.Reads);

        using var second = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var piped = new EndlessStream(Message, reads => { if (reads == 100) { second.Cancel(); } });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await TakeAsync(taker, PipeReader.Create(piped), second.Token));
        Assert.InRange(piped.Reads, 100, 101);
    }

    [Theory]
    [MemberData(nameof(Takers))]
    public async Task What_a_stream_throws_comes_out_and_the_stream_stays_open(string taker)
    {
        await using var stream = new EndlessStream(Message, reads => { if (reads == 3) { throw new IOException("the disk is gone"); } });
        Assert.Equal("the disk is gone", (await Assert.ThrowsAsync<IOException>(async () => await TakeAsync(taker, stream, Token))).Message);
        Assert.True(stream.CanRead);
    }

    [Theory]
    [MemberData(nameof(Takers))]
    public async Task A_token_that_is_cancelled_before_leaves_the_message_untouched(string taker)
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await using var stream = new EndlessStream(Message, _ => { });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await TakeAsync(taker, stream, cancel.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await TakeAsync(taker, PipeReader.Create(stream), cancel.Token));
        Assert.Equal(0, stream.Reads);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Pipeline.AuthenticateAsync(Envelope, new ReadOnlySequence<byte>(Message), cancel.Token));
    }

    [Fact]
    public async Task A_token_that_is_cancelled_before_lets_nothing_be_asked()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var resolver = new ScriptedResolver(Resolver);
        var pipeline = new AuthenticationPipeline(resolver, Pipeline.Options);
        await using var stream = new MemoryStream(Message);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pipeline.AuthenticateAsync(Envelope, Message, cancel.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pipeline.AuthenticateAsync(Envelope, new ReadOnlySequence<byte>(Message), cancel.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pipeline.AuthenticateAsync(Envelope, stream, cancel.Token));
        Assert.Empty(resolver.Asked);
    }

    [Fact]
    public async Task A_null_message_is_the_callers_mistake()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await Pipeline.AuthenticateAsync(Envelope, (PipeReader)null!, Token));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await Pipeline.AuthenticateAsync(Envelope, (Stream)null!, Token));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await Pipeline.AuthenticateAsync(null!, new ReadOnlySequence<byte>(Message), Token));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await new DkimVerifier(Resolver).VerifyAsync((PipeReader)null!, Token));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await new ArcVerifier(Resolver).VerifyAsync((Stream)null!, Token));
    }

    private static async Task TakeAsync(string taker, PipeReader message, CancellationToken cancellationToken)
    {
        switch (taker)
        {
            case "the pipeline":
                await Pipeline.AuthenticateAsync(Envelope, message, cancellationToken);
                return;
            case "DKIM":
                await new DkimVerifier(Resolver).VerifyAsync(message, cancellationToken);
                return;
            default:
                await new ArcVerifier(Resolver).VerifyAsync(message, cancellationToken);
                return;
        }
    }

    private static async Task TakeAsync(string taker, Stream message, CancellationToken cancellationToken)
    {
        switch (taker)
        {
            case "the pipeline":
                await Pipeline.AuthenticateAsync(Envelope, message, cancellationToken);
                return;
            case "DKIM":
                await new DkimVerifier(Resolver).VerifyAsync(message, cancellationToken);
                return;
            default:
                await new ArcVerifier(Resolver).VerifyAsync(message, cancellationToken);
                return;
        }
    }

    // Sees to it that each read is followed by an advance, and counts what was consumed.
    private sealed class WatchedReader(PipeReader inner) : PipeReader
    {
        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ReadOnlySequence<byte> _buffer;

        public Task WaitsForMore => _waits.Task;

        public int Unadvanced { get; private set; }

        public int Completions { get; private set; }

        public long Consumed { get; private set; }

        public long Examined { get; private set; }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            Unadvanced--;
            Examined = Consumed + _buffer.Slice(0, examined).Length;
            Consumed += _buffer.Slice(0, consumed).Length;
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null)
        {
            Completions++;
            inner.Complete(exception);
        }

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var pending = inner.ReadAsync(cancellationToken);
            if (!pending.IsCompleted)
            {
                _waits.TrySetResult();
            }

            var result = await pending;
            Unadvanced++;
            _buffer = result.Buffer;
            return result;
        }

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);
    }

    // The message, then more of its body for ever.
    private sealed class EndlessStream(byte[] message, Action<int> beforeRead) : MemoryStream
    {
        public int Reads { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            beforeRead(++Reads);
            var length = Math.Min(buffer.Length, message.Length);
            message.AsMemory(0, length).CopyTo(buffer);
            return ValueTask.FromResult(length);
        }
    }
}
