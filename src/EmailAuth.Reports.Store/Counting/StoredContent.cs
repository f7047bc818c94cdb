using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Store.Counting;

/// <summary>Reads what a store keeps as bytes.</summary>
internal static class StoredContent
{
    public static CollectedPolicy Policy(byte[] bytes) => CollectedMessageCodec.ReadPolicy(bytes) ?? throw Unreadable("a policy");

    public static AggregateRecord Row(byte[] bytes, long messages)
    {
        var row = CollectedMessageCodec.ReadRow(bytes) ?? throw Unreadable("a row");
        return new AggregateRecord
        {
            SourceAddress = row.SourceAddress,
            Count = messages,
            Disposition = row.Disposition,
            Dkim = row.Dkim,
            Spf = row.Spf,
            Reasons = row.Reasons,
            HeaderFrom = row.HeaderFrom,
            EnvelopeFrom = row.EnvelopeFrom,
            EnvelopeTo = row.EnvelopeTo,
            DkimResults = row.DkimResults,
            SpfResult = row.SpfResult,
        };
    }

    private static ReportStoreException Unreadable(string what) =>
        new($"the store has {what} that this version cannot read: a newer version wrote it, or the database is damaged");
}
