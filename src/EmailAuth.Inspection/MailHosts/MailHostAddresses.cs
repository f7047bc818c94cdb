using System.Collections.Immutable;
using System.Net;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.MailHosts;

/// <summary>A mail host of a domain and its addresses. Immutable.</summary>
public sealed class MailHostAddresses
{
    /// <summary>The host.</summary>
    public required DomainName Name { get; init; }

    /// <summary>Its preference; the lowest is asked first. 0 for a domain without MX records, whose own address gets its mail.</summary>
    public int Preference { get; init; }

    /// <summary>Its addresses, IPv4 first; empty when it has none or they are not known.</summary>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];
}
