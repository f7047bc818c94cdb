namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>What a store has, as texts to compare.</summary>
internal static class StoreContent
{
    private static readonly ReportSelection All = new() { IncludesUnmade = true };

    public static async Task<List<StoredReport>> ReportsAsync(this IReportStore store, ReportSelection? selection = null)
    {
        var reports = new List<StoredReport>();
        await foreach (var report in store.ListReportsAsync(selection ?? All, TestContext.Current.CancellationToken))
        {
            reports.Add(report);
        }

        return reports;
    }

    public static async Task<List<JournalState>> JournalsAsync(this IReportStore store)
    {
        var journals = new List<JournalState>();
        await foreach (var journal in store.ListJournalsAsync(TestContext.Current.CancellationToken))
        {
            journals.Add(journal);
        }

        return journals;
    }

    public static async Task<SortedDictionary<string, long>> RowsAsync(this IReportStore store, StoredReport report)
    {
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        await foreach (var row in store.ReadRowsAsync(report, TestContext.Current.CancellationToken))
        {
            rows.Add($"{row.HeaderFrom} {row.SourceAddress}", row.Count);
        }

        return rows;
    }

    /// <summary>The count of each row, by period, policy and source, added up over the reports of a period.</summary>
    public static async Task<SortedDictionary<string, long>> SumsAsync(this IReportStore store)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var report in await store.ReportsAsync())
        {
            var rows = await store.RowsAsync(report);
            Assert.Equal(report.Messages, rows.Values.Sum());
            foreach (var (row, count) in rows)
            {
                var key = $"{report.Period} {report.Policy} {row}";
                sums[key] = sums.GetValueOrDefault(key) + count;
            }
        }

        return sums;
    }
}
