namespace EmailAuth.Reports.Store.Delivery.Queue;

/// <summary>
/// The reports that are on their way, and the addresses that get none. Several senders share a queue. Safe to share between threads, and between
/// processes where the database is.
/// </summary>
/// <remarks>
/// A sender leases a delivery, tries it, and says how it ended. When a sender is killed, its lease ends and another one takes the delivery. All
/// methods throw <see cref="ReportStoreException"/> when the database does not do what it is asked to.
/// </remarks>
public interface IReportDeliveries
{
    /// <summary>The reports that are to be made and have no plan yet, in the order of their periods.</summary>
    /// <param name="endedBy">Only periods that ended at this time or earlier.</param>
    /// <param name="begunSince">Only periods that began at this time or later.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<StoredReport> ListUnplannedAsync(DateTimeOffset endedBy, DateTimeOffset begunSince, CancellationToken cancellationToken = default);

    /// <summary>Adds plans. Those of reports that have one stay as they are.</summary>
    /// <param name="plans">The plans.</param>
    /// <param name="cancellationToken">Ends the wait; all are added or none.</param>
    Task AddAsync(IReadOnlyList<ReportDelivery> plans, CancellationToken cancellationToken = default);

    /// <summary>The report of a delivery; null when the store no longer has it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<StoredReport?> FindReportAsync(long key, CancellationToken cancellationToken = default);

    /// <summary>The report of the same policy domain and period that was begun last, which has the newest form of the record; null without.</summary>
    /// <param name="report">A report.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<StoredReport?> FindNewestReportAsync(StoredReport report, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a delivery that is due and whose host may get one now, and begins the pause of the host. Null without one. No other sender gets
    /// it before the lease ends.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="until">When the lease ends.</param>
    /// <param name="nextOfHost">When the host may get the next one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<ReportDelivery?> LeaseAsync(DateTimeOffset now, DateTimeOffset until, DateTimeOffset nextOfHost, CancellationToken cancellationToken = default);

    /// <summary>When <see cref="LeaseAsync"/> may have a delivery; null when none is open.</summary>
    /// <param name="dueBy">Only deliveries that are due at this time or earlier; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<DateTimeOffset?> NextAsync(DateTimeOffset? dueBy = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says how a delivery ended that was leased. Nothing changes when the lease is no longer this one, except that a mail that was sent stays so.
    /// </summary>
    /// <param name="leased">The delivery as it was leased.</param>
    /// <param name="ended">How it ended.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task FinishAsync(ReportDelivery leased, DeliveryEnd ended, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Notes that the mail of a token came back. Returns its delivery; null when there is no such token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="reply">What came back, in one line.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<ReportDelivery?> BounceAsync(string token, string reply, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>The deliveries in a state that changed since a time, those that changed last first.</summary>
    /// <param name="state">The state.</param>
    /// <param name="since">The time.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<ReportDelivery> ListAsync(DeliveryState state, DateTimeOffset since, CancellationToken cancellationToken = default);

    /// <summary>How many deliveries are in each state, without the plans of reports.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyDictionary<DeliveryState, long>> CountAsync(CancellationToken cancellationToken = default);

    /// <summary>The suppression of an address, also one whose time is over; null without.</summary>
    /// <param name="address">The address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Suppression?> FindSuppressionAsync(string address, CancellationToken cancellationToken = default);

    /// <summary>All suppressions, also those whose time is over, in the order of their addresses.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<Suppression> ListSuppressionsAsync(CancellationToken cancellationToken = default);

    /// <summary>Stores a suppression in place of that of the same address.</summary>
    /// <param name="suppression">The suppression.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task SuppressAsync(Suppression suppression, CancellationToken cancellationToken = default);

    /// <summary>Removes the suppression of an address, and returns whether there was one.</summary>
    /// <param name="address">The address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<bool> RemoveSuppressionAsync(string address, CancellationToken cancellationToken = default);
}
