using System.Buffers;
using System.IO.Pipelines;

namespace EmailAuth.Milter.Protocol.Tests.TestSupport;

/// <summary>A handler served without a socket: packets in, answers out.</summary>
internal sealed class HandlerConversation : IAsyncDisposable
{
    private readonly Pipe _commands = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false, readerScheduler: PipeScheduler.Inline));
    private readonly Pipe _replies = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly CancellationTokenSource _stopping = new();
    private readonly IdleReader _idle;
    private readonly Task<MilterConnectionResult> _run;

    public HandlerConversation(MilterHandler handler, MilterConnectionOptions? options = null)
    {
        _idle = new IdleReader(_commands.Reader);
        _run = MilterConnection.RunAsync(_idle, _replies.Writer, handler, options, _stopping.Token, TestContext.Current.CancellationToken);
    }

    /// <summary>How the connection ended; null while it goes on.</summary>
    public MilterConnectionResult? Result => _run.IsCompletedSuccessfully ? _run.Result : null;

    /// <summary>The connection itself.</summary>
    public Task<MilterConnectionResult> Run => _run;

    /// <summary>Says packets and returns the answers.</summary>
    public async Task<List<Answer>> SayAsync(params byte[][] packets)
    {
        await SendAsync(packets);
        return await AnswersAsync();
    }

    /// <summary>Says packets and waits until they are answered, or the connection has ended.</summary>
    public async Task SendAsync(params byte[][] packets)
    {
        var idle = _idle.Next();
        await _commands.Writer.WriteAsync(packets.SelectMany(packet => packet).ToArray(), TestContext.Current.CancellationToken);
        await await Task.WhenAny(idle, _run);
    }

    /// <summary>What was answered since the last call.</summary>
    public Task<List<Answer>> AnswersAsync()
    {
        if (!_replies.Reader.TryRead(out var result))
        {
            return Task.FromResult<List<Answer>>([]);
        }

        var answers = Answer.ReadAll(result.Buffer.ToArray());
        _replies.Reader.AdvanceTo(result.Buffer.End);
        return Task.FromResult(answers);
    }

    /// <summary>Asks the milter to stop.</summary>
    public void Stop() => _stopping.Cancel();

    /// <summary>Hangs up.</summary>
    public async Task<MilterConnectionResult> CloseAsync()
    {
        await _commands.Writer.CompleteAsync();
        return await _run;
    }

    public async ValueTask DisposeAsync()
    {
        await _commands.Writer.CompleteAsync();
        await ((Task)_run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    // Says when the connection waits for input: all that came before is answered then.
    private sealed class IdleReader(PipeReader inner) : PipeReader
    {
        private TaskCompletionSource _waiting = New();

        public Task Next()
        {
            var next = New();
            Volatile.Write(ref _waiting, next);
            return next.Task;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var read = inner.ReadAsync(cancellationToken);
            if (!read.IsCompleted)
            {
                Volatile.Read(ref _waiting).TrySetResult();
            }

            return read;
        }

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
