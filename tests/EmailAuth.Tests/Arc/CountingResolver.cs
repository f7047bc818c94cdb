using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.Arc;

/// <summary>Counts the questions for keys that reach another resolver.</summary>
internal sealed class CountingResolver(IDnsResolver inner) : IDnsResolver
{
    public int Queries { get; private set; }

    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken)
    {
        Queries++;
        return inner.QueryTextAsync(name, cancellationToken);
    }

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("ARC asks for keys alone.");

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("ARC asks for keys alone.");

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("ARC asks for keys alone.");
}
