using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Store.Failing;

namespace EmailAuth.Reports.Store;

/// <summary>Counts the messages of journals for aggregate reports, and keeps the failures that are to be reported. Safe to share between threads, and between processes where the database is.</summary>
/// <remarks>
/// The position of a journal changes in the same transaction as the counts, so that whatever is killed at any moment, each message counts once.
/// All methods throw <see cref="ReportStoreException"/> when the database does not do what it is asked to.
/// </remarks>
public interface IReportStore : IFailureReportStore, IAsyncDisposable
{
    /// <summary>The journals that the store knows, in the order of their nodes.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<JournalState> ListJournalsAsync(CancellationToken cancellationToken = default);

    /// <summary>How far the journal of a node is imported; null for a node that the store does not know.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<JournalState?> FindJournalAsync(string node, CancellationToken cancellationToken = default);

    /// <summary>
    /// Counts the messages of a batch and moves the journal's position to its end, both or neither. Nothing is counted when the position is not at
    /// the batch's begin.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="cancellationToken">Ends the wait; the batch is then counted as a whole or not at all.</param>
    Task<ImportResult> ImportAsync(JournalBatch batch, CancellationToken cancellationToken = default);

    /// <summary>Reports in the order of period, policy domain and key.</summary>
    /// <param name="selection">Which reports.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<StoredReport> ListReportsAsync(ReportSelection selection, CancellationToken cancellationToken = default);

    /// <summary>The rows of a report with their counts, one at a time, always in the same order.</summary>
    /// <param name="report">The report.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<AggregateRecord> ReadRowsAsync(StoredReport report, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes a report final: messages that come later are counted in another report for the same period. Returns the report as it is now, or null
    /// when the store no longer has it. A final report stays as it is.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<StoredReport?> SealAsync(StoredReport report, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes the reports whose period ended at a time or earlier, and returns how many; and the failure reports that began at that time or earlier.
    /// The position of a journal stays for a year longer than the reports of its last messages.
    /// </summary>
    /// <param name="endedBy">The time.</param>
    /// <param name="cancellationToken">Ends the removal; what was removed stays so.</param>
    Task<long> RemoveAsync(DateTimeOffset endedBy, CancellationToken cancellationToken = default);
}
