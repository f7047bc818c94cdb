using System.Net;
using System.Net.Sockets;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>
/// The only door to the DNS. Whatever servers do becomes a <see cref="DnsResponse{T}"/>; an implementation throws
/// <see cref="OperationCanceledException"/> when the caller cancels, and nothing else. Thread-safe.
/// </summary>
/// <remarks>
/// CNAME chains are followed by the implementation; a response speaks of the end of the chain. What an implementation throws all the same is
/// taken for a temporary failure by whoever asks it.
/// </remarks>
public interface IDnsResolver
{
    /// <summary>Asks for TXT records. The character-strings of one record are joined without a separator.</summary>
    /// <param name="name">The name to ask for.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken);

    /// <summary>Asks for MX records.</summary>
    /// <param name="name">The name to ask for.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken);

    /// <summary>Asks for A or AAAA records.</summary>
    /// <param name="name">The name to ask for.</param>
    /// <param name="family"><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="family"/> is another.</exception>
    ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken);

    /// <summary>Asks for the PTR records of an address (<c>in-addr.arpa</c>, <c>ip6.arpa</c>).</summary>
    /// <param name="address">The address; an IPv4-mapped one is asked for as IPv4.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken);
}
