namespace EmailAuth.Reports.Store.Failing;

/// <summary>
/// The failure reports and complaints of a store. They are in the same queue as aggregate reports: their deliveries have the negative of their keys. Safe to share between
/// threads, and between processes where the database is.
/// </summary>
/// <remarks>
/// <see cref="IReportStore.ImportAsync"/> adds them in the transaction that moves the journal's position: a failure whose kind has an open report counts there,
/// and one that brings a report begins another, with its plan in the queue, as long as the limits of the day allow it
/// (<see cref="StoreOptions.Failures"/>). <see cref="IReportStore.RemoveAsync"/> removes the old ones. All methods throw <see cref="ReportStoreException"/> when
/// the database does not do what it is asked to.
/// </remarks>
public interface IFailureReportStore
{
    /// <summary>Makes a report final: like failures that come later begin another one. Null when the store no longer has it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<StoredFailure?> SealFailureAsync(long key, CancellationToken cancellationToken = default);

    /// <summary>What was done on a UTC day.</summary>
    /// <param name="day">A time on that day.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<FailureCounts> CountFailuresAsync(DateTimeOffset day, CancellationToken cancellationToken = default);

    /// <summary>How many failure reports and complaints wait, were sent, and ended otherwise.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<FailureMails> CountFailureMailsAsync(CancellationToken cancellationToken = default);

    /// <summary>The failure reports and complaints in the order of their keys, whether sent or not.</summary>
    /// <param name="since">Only those whose first failure was received at this time or later.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<StoredFailure> ListFailuresAsync(DateTimeOffset since, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds a complaint and its plan to the queue: it is final, due at once, and goes the way of all reports. The limits of failure reports do not count.
    /// Returns the id of the report.
    /// </summary>
    /// <param name="complaint">The complaint.</param>
    /// <param name="cancellationToken">Ends the wait; the complaint is then in the queue or not.</param>
    Task<string> AddComplaintAsync(Complaint complaint, CancellationToken cancellationToken = default);
}
