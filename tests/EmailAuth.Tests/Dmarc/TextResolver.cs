using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.Dmarc;

/// <summary>A zone of which DMARC asks TXT records only.</summary>
internal abstract class TextResolver(Zone zone) : IDnsResolver
{
    private readonly ZoneResolver _resolver = new(zone);

    public virtual ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        _resolver.QueryTextAsync(name, cancellationToken);

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
