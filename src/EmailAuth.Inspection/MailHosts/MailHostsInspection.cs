using System.Collections.Immutable;

namespace EmailAuth.Inspection.MailHosts;

/// <summary>Where the mail of a domain goes (RFC 5321 section 5.1). Immutable.</summary>
public sealed class MailHostsInspection
{
    /// <summary>Whether the DNS answered. Without an answer nothing is known about the mail hosts.</summary>
    public bool IsKnown { get; init; }

    /// <summary>Whether the domain takes no mail: a null MX alone (RFC 7505).</summary>
    public bool IsNull { get; init; }

    /// <summary>Whether mail goes to the address of the domain, because it has no MX record.</summary>
    public bool IsImplicit { get; init; }

    /// <summary>The mail hosts in the order in which they are asked; empty without any.</summary>
    public ImmutableArray<MailHostAddresses> Hosts { get; init; } = [];

    /// <summary>All findings that do not depend on what the domain is used for.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];
}
