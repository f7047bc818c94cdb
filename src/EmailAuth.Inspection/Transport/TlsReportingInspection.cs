using System.Collections.Immutable;

namespace EmailAuth.Inspection.Transport;

/// <summary>Where a domain wants reports about TLS (RFC 8460). Immutable.</summary>
public sealed class TlsReportingInspection
{
    /// <summary>The records at <c>_smtp._tls</c> below the domain; without any, the texts that were meant to be records.</summary>
    public ImmutableArray<string> Texts { get; init; } = [];

    /// <summary>The URIs of the one valid record, in its order; empty without one.</summary>
    public ImmutableArray<string> Uris { get; init; } = [];

    /// <summary>All findings.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];
}
