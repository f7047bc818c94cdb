using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.TestSupport;

/// <summary>Answers each query later, from whatever thread is free.</summary>
internal sealed class YieldingResolver(IDnsResolver inner) : IDnsResolver
{
    public async ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await inner.QueryTextAsync(name, cancellationToken);
    }

    public async ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await inner.QueryMailHostsAsync(name, cancellationToken);
    }

    public async ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await inner.QueryAddressesAsync(name, family, cancellationToken);
    }

    public async ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await inner.QueryPointersAsync(address, cancellationToken);
    }
}
