using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports.Tests.TestSupport;

/// <summary>Rows that differ in one member.</summary>
internal static class ChangedRecords
{
    public static AggregateRecord WithSignatures(this AggregateRecord record, params ReportedDkim[] signatures) => new()
    {
        SourceAddress = record.SourceAddress,
        Count = record.Count,
        Disposition = record.Disposition,
        Dkim = record.Dkim,
        Spf = record.Spf,
        Reasons = record.Reasons,
        HeaderFrom = record.HeaderFrom,
        EnvelopeFrom = record.EnvelopeFrom,
        EnvelopeTo = record.EnvelopeTo,
        DkimResults = [.. signatures],
        SpfResult = record.SpfResult,
    };
}
