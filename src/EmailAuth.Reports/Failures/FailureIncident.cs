using System.Collections.Immutable;

namespace EmailAuth.Reports.Failures;

/// <summary>
/// A failure that a domain wants a report about (RFC 9991), as a journal keeps it: its personal data is replaced already. Of like failures only the first
/// has a report; the others count. Immutable.
/// </summary>
public sealed class FailureIncident
{
    /// <summary>The domain whose record asks for the report.</summary>
    public required string PolicyDomain { get; init; }

    /// <summary>Its organizational domain, for which the number of reports is limited.</summary>
    public required string Organization { get; init; }

    /// <summary>The mailboxes of <c>ruf</c>, in the order of the record; at most ten. Empty when the failure only counts.</summary>
    public required ImmutableArray<string> ReportUris { get; init; }

    /// <summary>What is alike: 64 hexadecimal digits that failures of one kind share.</summary>
    public required string Kind { get; init; }

    /// <summary>The fields of the report without <c>Incidents</c>; null when the failure only counts.</summary>
    public string? Fields { get; init; }

    /// <summary>What the report has of the message's header; empty for nothing, null when the failure only counts.</summary>
    public string? Header { get; init; }

    /// <summary>The domain and the kind.</summary>
    public override string ToString() => $"failure of {PolicyDomain}, kind {Kind[..Math.Min(8, Kind.Length)]}";
}
