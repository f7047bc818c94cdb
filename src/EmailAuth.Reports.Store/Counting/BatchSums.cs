using System.Security.Cryptography;

namespace EmailAuth.Reports.Store.Counting;

/// <summary>Sums up the messages of a batch in memory, so that the database gets each report and each row once.</summary>
internal static class BatchSums
{
    /// <summary>The UTC days of the messages, in order.</summary>
    public static DateTimeOffset[] DaysOf(JournalBatch batch) =>
        [.. batch.Entries.Select(static entry => ReportPeriod.DayOf(entry.Message.ReceivedAt)).Distinct().Order()];

    public static DateTimeOffset? FirstMessageOf(JournalBatch batch) =>
        batch.Entries.Count == 0 ? null : batch.Entries.Min(static entry => entry.Message.ReceivedAt);

    public static DateTimeOffset? LastMessageOf(JournalBatch batch) =>
        batch.Entries.Count == 0 ? null : batch.Entries.Max(static entry => entry.Message.ReceivedAt);

    /// <summary>The reports that the messages are in, in an order that is the same for all collectors, so that no two wait for each other for ever.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="hoursOfDay">The length of the periods of each day.</param>
    public static List<ReportSum> Of(JournalBatch batch, IReadOnlyDictionary<DateTimeOffset, int> hoursOfDay)
    {
        var policies = new Dictionary<byte[], Dictionary<DateTimeOffset, ReportSum>>(BytesComparer.Instance);
        var lookup = policies.GetAlternateLookup<ReadOnlySpan<byte>>();
        foreach (var entry in batch.Entries)
        {
            // A message that is here for its failures alone.
            if (entry.Message.ReportUris.IsEmpty)
            {
                continue;
            }

            if (!lookup.TryGetValue(entry.PolicyBytes.Span, out var periods))
            {
                periods = [];
                policies.Add(entry.PolicyBytes.ToArray(), periods);
            }

            var message = entry.Message;
            var period = ReportPeriod.Of(message.ReceivedAt, hoursOfDay[ReportPeriod.DayOf(message.ReceivedAt)]);
            if (!periods.TryGetValue(period.Begin, out var report))
            {
                report = new ReportSum
                {
                    Period = period,
                    Domain = message.Policy.Domain.ToLowerInvariant(),
                    Policy = entry.PolicyBytes.ToArray(),
                    PolicyHash = SHA256.HashData(entry.PolicyBytes.Span),
                };
                periods.Add(period.Begin, report);
            }

            report.Add(entry.RowBytes.Span, message.IsReport);
        }

        return
        [
            .. policies.Values.SelectMany(static periods => periods.Values)
                .OrderBy(static report => report.Period.Begin)
                .ThenBy(static report => report.PolicyHash, BytesComparer.Instance),
        ];
    }
}
