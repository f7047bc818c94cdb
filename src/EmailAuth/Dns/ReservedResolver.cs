using System.Net;
using System.Net.Sockets;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>
/// A message's DNS for whoever looks for the author domain's policy: TXT questions go on an allowance of their own, so that a sender who
/// spends the message's lookups or time elsewhere does not thereby escape the policy.
/// </summary>
internal sealed class ReservedResolver(MessageResolver message) : IDnsResolver
{
    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        message.QueryReservedTextAsync(name, cancellationToken);

    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        message.QueryMailHostsAsync(name, cancellationToken);

    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        message.QueryAddressesAsync(name, family, cancellationToken);

    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        message.QueryPointersAsync(address, cancellationToken);
}
