using System.Globalization;

namespace EmailAuth.Dns;

/// <content>A query in flight, and who waits for it.</content>
internal sealed partial class MessageResolver
{
    private abstract class SharedQuery(MessageResolver owner, DnsQuestionKey question, CancellationTokenSource cancel)
    {
        public DnsQuestionKey Question { get; } = question;

        public abstract Task Ended { get; }

        /// <summary>How many wait; guarded by the owner's lock.</summary>
        public int Askers { get; set; }

        /// <summary>Where it stands among those in flight.</summary>
        public int Place { get; set; }

        /// <summary>Whether nobody has needed it yet; guarded by the owner's lock.</summary>
        public bool IsAhead { get; set; }

        protected MessageResolver Owner { get; } = owner;

        protected CancellationToken Token { get; } = cancel.Token;

        // The source is never disposed of: it has no timer and no links, and whoever cancels may come after the end.
        public void Cancel() => cancel.Cancel();

        protected void Leave()
        {
            lock (Owner._lock)
            {
                if (--Askers > 0)
                {
                    return;
                }

                Owner.End(this, response: null);
            }

            Cancel();
        }
    }

    private sealed class SharedQuery<T>(MessageResolver owner, DnsQuestionKey question, CancellationTokenSource cancel)
        : SharedQuery(owner, question, cancel)
    {
        public Task<DnsResponse<T>> Answer { get; set; } = null!;

        public override Task Ended => Answer;

        public async ValueTask<DnsResponse<T>> JoinAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                Leave();
                throw;
            }
        }

        public async Task<DnsResponse<T>> RunAsync(Task<DnsResponse<T>> pending, TimeSpan limit)
        {
            DnsResponse<T> response;
            try
            {
                response = await pending.WaitAsync(limit, Owner._time, Token).ConfigureAwait(false) ?? ResolverFault.NoResponse<T>(Question);
            }
            catch (TimeoutException) when (!pending.IsCompleted)
            {
                Cancel();
                Observe(pending);
                Owner.IsExhausted |= limit < Owner._limits.LookupTimeout;
                response = DnsResponse<T>.TemporaryFailure(
                    string.Create(CultureInfo.InvariantCulture, $"no answer within {limit.TotalSeconds:0.###} s for {Question} (LookupTimeout, MessageTimeout)"));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (Token.IsCancellationRequested)
                {
                    // The message is over, or all who asked have left. What the resolver still does ends by the same token, or when
                    // it is deaf to that, is not waited for any longer than for an answer.
                    await ((Task)pending.WaitAsync(limit, Owner._time)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    Observe(pending);
                    throw new OperationCanceledException(Token);
                }

                response = ResolverFault.Of<T>(Question, e);
            }

            Owner.End(this, response);
            return response;
        }

        // What a query says after its time is nobody's concern, its exceptions included.
        private static void Observe(Task late) =>
            _ = late.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
