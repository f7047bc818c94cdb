using System.Runtime.CompilerServices;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Store.Counting;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Reports.Store;

/// <summary>A store that keeps everything in memory, for tests and trials. Thread-safe.</summary>
/// <param name="options">How it counts.</param>
public sealed partial class MemoryReportStore(StoreOptions? options = null) : IReportStore, IReportDeliveries
{
    private readonly StoreOptions _options = options ?? new StoreOptions();
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JournalState> _journals = new(StringComparer.Ordinal);
    private readonly Dictionary<DateTimeOffset, int> _hoursOfDay = [];
    private readonly List<Report> _reports = [];
    private readonly Dictionary<(DateTimeOffset Begin, string PolicyHash), Report> _newest = [];
    private long _lastKey;

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalState> ListJournalsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        JournalState[] journals;
        lock (_lock)
        {
            journals = [.. _journals.Values];
        }

        foreach (var journal in journals)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return journal;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<JournalState?> FindJournalAsync(string node, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult(_journals.GetValueOrDefault(node));
        }
    }

    /// <inheritdoc/>
    public Task<ImportResult> ImportAsync(JournalBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var old = _journals.GetValueOrDefault(batch.To.Node);
            if (old?.Position != batch.From)
            {
                return Task.FromResult(ImportResult.PositionMoved);
            }

            foreach (var day in BatchSums.DaysOf(batch))
            {
                _hoursOfDay.TryAdd(day, _options.PeriodHours);
            }

            foreach (var sum in BatchSums.Of(batch, _hoursOfDay))
            {
                OpenReport(sum).Add(sum);
            }

            var now = _options.TimeProvider.GetUtcNow();
            AddFailures(batch, now);
            var (first, last) = (BatchSums.FirstMessageOf(batch), BatchSums.LastMessageOf(batch));
            _journals[batch.To.Node] = new JournalState
            {
                Position = batch.To,
                Messages = (old?.Messages ?? 0) + batch.Entries.Count,
                ImportedAt = now,
                FirstMessageAt = old?.FirstMessageAt is { } begun && !(first < begun) ? begun : first,
                LastMessageAt = last > (old?.LastMessageAt ?? DateTimeOffset.MinValue) ? last : old?.LastMessageAt,
                Error = batch.Error ?? old?.Error,
                ErrorAt = batch.Error is null ? old?.ErrorAt : now,
            };
            return Task.FromResult(ImportResult.Imported);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredReport> ListReportsAsync(
        ReportSelection selection, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selection);
        StoredReport[] reports;
        lock (_lock)
        {
            reports =
            [
                .. _reports.Where(report => IsSelected(report, selection))
                    .OrderBy(static report => report.Period.Begin).ThenBy(static report => report.Domain, StringComparer.Ordinal).ThenBy(static report => report.Key)
                    .Select(static report => report.ToStored()),
            ];
        }

        foreach (var report in reports)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return report;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<AggregateRecord> ReadRowsAsync(StoredReport report, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        (byte[] Content, long Messages)[] rows;
        lock (_lock)
        {
            rows = Find(report)?.Rows.Values.Select(static row => (row.Content, row.Messages)).ToArray() ?? [];
        }

        foreach (var (content, messages) in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return StoredContent.Row(content, messages);
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<StoredReport?> SealAsync(StoredReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        lock (_lock)
        {
            var found = Find(report);
            if (found is not null)
            {
                found.SealedAt ??= _options.TimeProvider.GetUtcNow();
            }

            return Task.FromResult(found?.ToStored());
        }
    }

    /// <inheritdoc/>
    public Task<long> RemoveAsync(DateTimeOffset endedBy, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var removed = _reports.RemoveAll(report => report.Period.End <= endedBy);
            foreach (var place in _newest.Where(newest => newest.Value.Period.End <= endedBy).Select(static newest => newest.Key).ToArray())
            {
                _newest.Remove(place);
            }

            RemoveFailures(endedBy);
            foreach (var node in _journals.Where(journal => journal.Value.ImportedAt < endedBy - ReportStore.JournalMemory).Select(static journal => journal.Key).ToArray())
            {
                _journals.Remove(node);
            }

            RemoveDeliveriesWithoutReport();
            return Task.FromResult((long)removed);
        }
    }

    /// <summary>The same content, counted with other options from now on. The two must not be used at the same time.</summary>
    internal MemoryReportStore With(StoreOptions other)
    {
        var store = new MemoryReportStore(other) { _lastKey = _lastKey };
        foreach (var (node, state) in _journals)
        {
            store._journals.Add(node, state);
        }

        foreach (var (day, hours) in _hoursOfDay)
        {
            store._hoursOfDay.Add(day, hours);
        }

        store._reports.AddRange(_reports);
        foreach (var (place, report) in _newest)
        {
            store._newest.Add(place, report);
        }

        return store;
    }

    /// <summary>Does nothing: what is in memory stays as long as the store is referenced.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static bool IsSelected(Report report, ReportSelection selection) =>
        (selection.Domain is not { } domain || report.Domain == domain)
        && (selection.EndedBy is not { } end || report.Period.End <= end)
        && (selection.Day is not { } day || ReportPeriod.DayOf(report.Period.Begin) == ReportPeriod.DayOf(day))
        && (selection.IncludesUnmade || report.Messages > report.MessagesAboutReports);

    private Report? Find(StoredReport report) => Find(report.Key);

    private Report OpenReport(ReportSum sum)
    {
        var place = (sum.Period.Begin, Convert.ToHexString(sum.PolicyHash));
        if (!_newest.TryGetValue(place, out var report) || report.SealedAt is not null)
        {
            report = new Report { Key = ++_lastKey, Id = sum.NewId, Period = sum.Period, Domain = sum.Domain, Policy = sum.Policy };
            _reports.Add(report);
            _newest[place] = report;
        }

        return report;
    }

    private sealed class Report
    {
        public required long Key { get; init; }

        public required string Id { get; init; }

        public required ReportPeriod Period { get; init; }

        public required string Domain { get; init; }

        public required byte[] Policy { get; init; }

        public SortedDictionary<byte[], RowSum> Rows { get; } = new(BytesComparer.Instance);

        public long Messages { get; private set; }

        public long MessagesAboutReports { get; private set; }

        public DateTimeOffset? SealedAt { get; set; }

        public void Add(ReportSum sum)
        {
            Messages += sum.Messages;
            MessagesAboutReports += sum.MessagesAboutReports;
            foreach (var row in sum.Rows)
            {
                if (!Rows.TryAdd(row.Hash, row))
                {
                    Rows[row.Hash].Messages += row.Messages;
                }
            }
        }

        public StoredReport ToStored()
        {
            var policy = StoredContent.Policy(Policy);
            return new StoredReport
            {
                Key = Key,
                Id = Id,
                Period = Period,
                Policy = policy.Policy,
                ReportUris = policy.ReportUris,
                Messages = Messages,
                MessagesAboutReports = MessagesAboutReports,
                SealedAt = SealedAt,
            };
        }
    }
}
