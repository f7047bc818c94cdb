using System.Collections.Immutable;

namespace EmailAuth.Inspection.Domains;

/// <summary>The inspection of one text of a record, before it is published. Immutable.</summary>
public sealed class RecordInspection
{
    /// <summary>The kind of the record: <c>spf</c>, <c>dkim</c>, <c>dmarc</c>, <c>bimi</c>, <c>mta-sts</c> or <c>tls-rpt</c>; null when its text is of no known kind.</summary>
    public string? Kind { get; init; }

    /// <summary>The record with its terms or tags; null for kinds that are not explained term by term.</summary>
    public PublishedRecord? Record { get; init; }

    /// <summary>All findings; for SPF those of the included records, too.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];
}
