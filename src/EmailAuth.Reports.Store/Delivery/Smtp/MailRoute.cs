using System.Collections.Immutable;
using System.Net;

namespace EmailAuth.Reports.Store.Delivery.Smtp;

/// <summary>Where to connect for a domain's mail, or why there is no such place. Immutable.</summary>
internal sealed class MailRoute
{
    /// <summary>The hosts in the order in which they are tried.</summary>
    public ImmutableArray<MailTarget> Targets { get; init; } = [];

    /// <summary>Why the host has no target, for now or for good; null when there are targets.</summary>
    public DeliveryAttempt? Fault { get; init; }
}

/// <summary>A host and one of its addresses.</summary>
internal readonly record struct MailTarget(string Host, IPAddress Address);
