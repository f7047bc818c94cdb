using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>Messages as a journal has them.</summary>
internal static class TestMessages
{
    /// <summary>The noon of a day.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static CollectedMessage Of(
        string domain = "example.com", string source = "192.0.2.1", DateTimeOffset? at = null, DmarcPolicy policy = DmarcPolicy.Reject, bool isReport = false, string rua = "mailto:d@example.com") => new()
        {
            ReceivedAt = at ?? Noon,
            Policy = new PublishedPolicy { Domain = domain, Policy = policy },
            ReportUris = [rua],
            IsReport = isReport,
            Record = new AggregateRecord
            {
                SourceAddress = source,
                Disposition = policy == DmarcPolicy.Reject ? AggregateDisposition.Reject : AggregateDisposition.None,
                Dkim = AlignedResult.Fail,
                Spf = AlignedResult.Fail,
                HeaderFrom = domain,
                EnvelopeFrom = domain,
                SpfResult = new ReportedSpf { Domain = domain, Scope = "mfrom", Result = "fail" },
            },
        };

    public static JournalPosition Position(long offset, string node = "n1", long segment = 1) => new() { Node = node, Segment = segment, Offset = offset };

    public static JournalEntry Entry(CollectedMessage message, JournalPosition after) => new()
    {
        After = after,
        Message = message,
        PolicyBytes = CollectedMessageCodec.WritePolicy(message.Policy, message.ReportUris),
        RowBytes = CollectedMessageCodec.WriteRow(message.Record),
    };

    /// <summary>A batch that begins at an offset (0 for the begin of the journal) and has one offset a message.</summary>
    public static JournalBatch Batch(long from, IEnumerable<CollectedMessage> messages, string node = "n1", string? error = null)
    {
        var entries = messages.Select((message, index) => Entry(message, Position(from + index + 1, node))).ToList();
        return new JournalBatch
        {
            From = from == 0 ? null : Position(from, node),
            To = Position(from + entries.Count, node),
            Entries = entries,
            Error = error,
        };
    }

    public static JournalBatch Batch(long from, params CollectedMessage[] messages) => Batch(from, (IEnumerable<CollectedMessage>)messages);
}
