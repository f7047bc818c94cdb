namespace EmailAuth.Reports.Store.Incoming;

/// <summary>Keeps the reports that others sent. The stores of <see cref="ReportStore"/> and <see cref="MemoryReportStore"/> implement it.</summary>
/// <remarks>All methods throw <see cref="ReportStoreException"/> when the database does not do what it is asked to.</remarks>
public interface IIncomingReportStore
{
    /// <summary>
    /// Stores a document with all its facts, or nothing of it. A copy of a stored one is only counted as a copy. Of several versions of a report one
    /// counts: the first, or the first that its submitter signed.
    /// </summary>
    /// <param name="document">The document.</param>
    /// <param name="facts">What it says. Equal facts are added up.</param>
    /// <param name="cancellationToken">Ends the wait; the document is then stored as a whole or not at all.</param>
    Task<IncomingResult> AddAsync(IncomingDocument document, IAsyncEnumerable<IncomingFact> facts, CancellationToken cancellationToken = default);

    /// <summary>Adds up facts, the largest sums first.</summary>
    /// <param name="query">Which facts, and how they are grouped.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<IncomingSum> SumAsync(IncomingQuery query, CancellationToken cancellationToken = default);

    /// <summary>Counts documents, those with the most messages first.</summary>
    /// <param name="query">Which documents, and how they are grouped; the kind of fact is ignored.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<DocumentSum> CountAsync(IncomingQuery query, CancellationToken cancellationToken = default);
}
