using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Benchmarks.Latency;

/// <summary>Gives each answer of another resolver after a fixed time; with none it answers at once.</summary>
internal sealed class DelayingResolver(IDnsResolver inner, TimeSpan delay) : IDnsResolver
{
    private int _asked;

    /// <summary>How many questions came.</summary>
    public int Asked => _asked;

    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        LaterAsync(inner.QueryTextAsync(name, cancellationToken), cancellationToken);

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        LaterAsync(inner.QueryMailHostsAsync(name, cancellationToken), cancellationToken);

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        LaterAsync(inner.QueryAddressesAsync(name, family, cancellationToken), cancellationToken);

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        LaterAsync(inner.QueryPointersAsync(address, cancellationToken), cancellationToken);

    private ValueTask<DnsResponse<T>> LaterAsync<T>(ValueTask<DnsResponse<T>> answer, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        return delay == TimeSpan.Zero ? answer : DelayAsync();

        async ValueTask<DnsResponse<T>> DelayAsync()
        {
            await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
            return await answer.ConfigureAwait(false);
        }
    }
}
