using System.Runtime.CompilerServices;
using EmailAuth.Reports.Store.Incoming;

namespace EmailAuth.Reports.Store;

// The reports that others sent.
public sealed partial class MemoryReportStore : IIncomingReportStore
{
    private readonly MemoryIncoming _incoming = new();

    /// <inheritdoc/>
    public async Task<IncomingResult> AddAsync(IncomingDocument document, IAsyncEnumerable<IncomingFact> facts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(facts);
        var sums = new Dictionary<IncomingFact, long>();
        await foreach (var fact in facts.WithCancellation(cancellationToken))
        {
            var name = fact with { Count = 0 };
            sums[name] = IncomingText.Total(sums.GetValueOrDefault(name) + fact.Count);
        }

        lock (_lock)
        {
            return _incoming.Add(document, [.. sums.Select(static sum => sum.Key with { Count = sum.Value })]);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IncomingSum> SumAsync(IncomingQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        IReadOnlyList<IncomingSum> sums;
        lock (_lock)
        {
            sums = _incoming.Sum(query);
        }

        foreach (var sum in sums)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return sum;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DocumentSum> CountAsync(IncomingQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        IReadOnlyList<DocumentSum> sums;
        lock (_lock)
        {
            sums = _incoming.Count(query);
        }

        foreach (var sum in sums)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return sum;
        }

        await Task.CompletedTask;
    }
}
