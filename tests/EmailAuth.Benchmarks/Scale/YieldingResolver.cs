using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>Gives each answer of another resolver later, on another turn.</summary>
internal sealed class YieldingResolver(IDnsResolver inner) : IDnsResolver
{
    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        LaterAsync(inner.QueryTextAsync(name, cancellationToken));

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        LaterAsync(inner.QueryMailHostsAsync(name, cancellationToken));

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        LaterAsync(inner.QueryAddressesAsync(name, family, cancellationToken));

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        LaterAsync(inner.QueryPointersAsync(address, cancellationToken));

    private static async ValueTask<DnsResponse<T>> LaterAsync<T>(ValueTask<DnsResponse<T>> answer)
    {
        await Task.Yield();
        return await answer;
    }
}
