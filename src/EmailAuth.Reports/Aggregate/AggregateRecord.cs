using System.Collections.Immutable;

namespace EmailAuth.Reports.Aggregate;

/// <summary>A row of an aggregate report with what was counted in it (RFC 9990 section 3.1.1, <c>record</c>). Immutable.</summary>
/// <remarks>Domains are names in A-labels. There is no place for a local part: reports have no personal data (RFC 9990 section 7.2).</remarks>
public sealed class AggregateRecord
{
    /// <summary>The client's address as RFC 3986 writes it, without brackets; in a report that was read, the text as it is there.</summary>
    public required string SourceAddress { get; init; }

    /// <summary>How many messages the row counts. Default 1.</summary>
    public long Count { get; init; } = 1;

    /// <summary>What was done with them.</summary>
    public required AggregateDisposition Disposition { get; init; }

    /// <summary>Whether DKIM gave an aligned pass.</summary>
    public required AlignedResult Dkim { get; init; }

    /// <summary>Whether SPF gave an aligned pass.</summary>
    public required AlignedResult Spf { get; init; }

    /// <summary>Why the applied policy is not the published one; empty when it is.</summary>
    public ImmutableArray<PolicyOverrideReason> Reasons { get; init; } = [];

    /// <summary>The author domain (RFC5322.From).</summary>
    public required string HeaderFrom { get; init; }

    /// <summary>The domain of MAIL FROM; empty for the null reverse-path; null when it is not said.</summary>
    public string? EnvelopeFrom { get; init; }

    /// <summary>The domain of the recipients; null when it is not said.</summary>
    public string? EnvelopeTo { get; init; }

    /// <summary>The signatures, those that matter most first.</summary>
    public ImmutableArray<ReportedDkim> DkimResults { get; init; } = [];

    /// <summary>The SPF result of MAIL FROM; null when it was not checked.</summary>
    public ReportedSpf? SpfResult { get; init; }

    /// <summary>The source, count, author domain and disposition.</summary>
    public override string ToString() => $"{Count} from {SourceAddress} as {HeaderFrom}: {Disposition}";
}
