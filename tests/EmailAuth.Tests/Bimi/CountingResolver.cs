using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.Bimi;

/// <summary>Answers from a zone and keeps which names were asked for.</summary>
internal sealed class CountingResolver(Zone zone) : IDnsResolver
{
    private readonly ZoneResolver _inner = new(zone);

    public List<string> Asked { get; } = [];

    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken)
    {
        Asked.Add(name.ToString());
        return _inner.QueryTextAsync(name, cancellationToken);
    }

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        _inner.QueryMailHostsAsync(name, cancellationToken);

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken)
    {
        Asked.Add(name.ToString());
        return _inner.QueryAddressesAsync(name, family, cancellationToken);
    }

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        _inner.QueryPointersAsync(address, cancellationToken);
}
