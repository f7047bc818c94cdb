using System.Collections.Immutable;

namespace EmailAuth.Reports.Tls;

/// <summary>An SMTP TLS report (RFC 8460 section 4.4). Immutable.</summary>
public sealed class TlsReport
{
    /// <summary><c>organization-name</c>; null when it is missing.</summary>
    public string? OrganizationName { get; init; }

    /// <summary><c>contact-info</c>: an address; null when it is missing.</summary>
    public string? ContactInfo { get; init; }

    /// <summary><c>report-id</c>; null when it is missing.</summary>
    public string? ReportId { get; init; }

    /// <summary>When the period begins; null when it is missing or not a date.</summary>
    public DateTimeOffset? Begin { get; init; }

    /// <summary>When the period ends; null when it is missing or not a date.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>The policies that were applied, each with its counts.</summary>
    public ImmutableArray<TlsPolicyResult> Policies { get; init; } = [];

    /// <summary>The organization, its id and how many policies there are.</summary>
    public override string ToString() => $"{OrganizationName} {ReportId}: {Policies.Length} policies";
}
