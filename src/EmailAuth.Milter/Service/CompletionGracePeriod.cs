namespace EmailAuth.Milter.Service;

/// <summary>
/// Limits the work on a verdict after the MTA has finished sending. An MTA that only closed its sending side still reads the answer; an MTA
/// that left does not. The two look the same until something is written, so the work goes on for a short time only.
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
        // Waits for the callback if it is running.
        _registration.Dispose();
        _source.Dispose();
    }
}
