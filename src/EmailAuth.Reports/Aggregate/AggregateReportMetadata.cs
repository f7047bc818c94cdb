using System.Collections.Immutable;

namespace EmailAuth.Reports.Aggregate;

/// <summary>Who made an aggregate report, when it was counted, and under which id (RFC 9990 section 3.1.1, <c>report_metadata</c>). Immutable.</summary>
public sealed class AggregateReportMetadata
{
    /// <summary>The organization that makes the report; empty in a report that was read and does not say it.</summary>
    public required string OrganizationName { get; init; }

    /// <summary>Where to ask about the report: a mailbox; empty in a report that was read and does not say it.</summary>
    public required string Email { get; init; }

    /// <summary>A further contact, such as the address of a page; null without.</summary>
    public string? ExtraContactInfo { get; init; }

    /// <summary>
    /// The id, which is the same in the subject and the file name (<see cref="AggregateReportName"/>); empty in a report that was read and has none.
    /// </summary>
    public required string ReportId { get; init; }

    /// <summary>The start of the period, in whole seconds.</summary>
    public required DateTimeOffset Begin { get; init; }

    /// <summary>The end of the period, in whole seconds. The first second of the next day and the last one of this day are both in use.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>What was wrong with the DMARC record, in short texts. RFC 9990 has one element, so a writer joins them.</summary>
    public ImmutableArray<string> Errors { get; init; } = [];

    /// <summary>The program that made the report; null when it is not said.</summary>
    public string? Generator { get; init; }

    /// <summary>The organization, the id and the period.</summary>
    public override string ToString() => $"report {ReportId} of {OrganizationName}, {Begin:u} to {End:u}";
}
