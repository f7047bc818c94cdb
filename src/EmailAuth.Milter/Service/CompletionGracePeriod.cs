namespace EmailAuth.Milter.Service;

/// <summary>
/// How long a verdict is worked on for a connection whose other end has finished sending. A peer that only closed its sending side still
/// reads the answer; one that left does not, and that cannot be told apart before something is written. So the work ends a little later.
/// </summary>
internal sealed class CompletionGracePeriod : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;
    private readonly TimeSpan _grace;

    public CompletionGracePeriod(TimeSpan grace, TimeProvider timeProvider, CancellationToken connectionClosed)
    {
        _grace = grace;
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        _registration = connectionClosed.UnsafeRegister(
            static state =>
            {
                var patience = (CompletionGracePeriod)state!;
                patience._source.CancelAfter(patience._grace);
            },
            this);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        // Waits for the callback, should it run now.
        _registration.Dispose();
        _source.Dispose();
    }
}
