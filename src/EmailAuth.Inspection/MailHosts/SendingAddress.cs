using System.Collections.Immutable;
using System.Net;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.MailHosts;

/// <summary>An address that sends mail of a domain, and its names. Immutable.</summary>
public sealed class SendingAddress
{
    /// <summary>The address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Whether it was given; otherwise it is one that the SPF record of the domain lists.</summary>
    public bool IsGiven { get; init; }

    /// <summary>Its names (PTR records), at most ten.</summary>
    public ImmutableArray<DomainName> Names { get; init; } = [];

    /// <summary>Whether one of the names leads back to the address; null when that is not known.</summary>
    public bool? IsConfirmed { get; init; }

    /// <summary>All findings.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];
}
