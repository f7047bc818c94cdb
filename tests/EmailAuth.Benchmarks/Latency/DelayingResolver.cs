using EmailAuth.Dns;

namespace EmailAuth.Benchmarks.Latency;

/// <summary>Gives each answer of another resolver after a fixed time; with none it answers at once.</summary>
internal sealed class DelayingResolver(IDnsResolver inner, TimeSpan delay) : IDnsResolver
{
    private int _asked;

    /// <summary>How many questions came.</summary>
    public int Asked => _asked;

    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        return delay == TimeSpan.Zero ? inner.QueryAsync(question, cancellationToken) : DelayAsync(question, cancellationToken);
    }

    private async ValueTask<DnsResponse> DelayAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
        return await inner.QueryAsync(question, cancellationToken).ConfigureAwait(false);
    }
}
