using System.Runtime.CompilerServices;
using EmailAuth.Reports.Store.Failing;

namespace EmailAuth.Reports.Store;

// Failure reports.
public sealed partial class MemoryReportStore
{
    private readonly Dictionary<long, Failure> _failures = [];
    private readonly Dictionary<string, Failure> _openFailures = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Domain, DateTimeOffset Day), long> _failureReports = [];
    private readonly Dictionary<DateTimeOffset, long> _failuresLeftOut = [];
    private long _lastFailure;

    /// <inheritdoc/>
    public Task<StoredFailure?> SealFailureAsync(long key, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_failures.GetValueOrDefault(key) is not { } found)
            {
                return Task.FromResult<StoredFailure?>(null);
            }

            if (found.SealedAt is null)
            {
                found.SealedAt = _options.TimeProvider.GetUtcNow();
                _openFailures.Remove(found.Sum.First.Kind);
            }

            return Task.FromResult<StoredFailure?>(found.ToStored());
        }
    }

    /// <inheritdoc/>
    public Task<FailureCounts> CountFailuresAsync(DateTimeOffset day, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var begin = ReportPeriod.DayOf(day);
            return Task.FromResult(new FailureCounts
            {
                Reports = _failureReports.GetValueOrDefault((string.Empty, begin)),
                LeftOut = _failuresLeftOut.GetValueOrDefault(begin),
            });
        }
    }

    /// <inheritdoc/>
    public Task<FailureMails> CountFailureMailsAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult(FailureMails.Of(
                _deliveries.Values.Where(static delivery => delivery.IsFailure)
                    .CountBy(delivery => (_failures[-delivery.ReportKey].IsComplaint, delivery.IsPlan, delivery.State))
                    .Select(static count => (count.Key.IsComplaint, count.Key.IsPlan, count.Key.State, (long)count.Value))));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredFailure> ListFailuresAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        StoredFailure[] found;
        lock (_lock)
        {
            found = [.. _failures.Values.Where(failure => failure.Sum.FirstAt >= since).OrderBy(static failure => failure.Key).Select(static failure => failure.ToStored())];
        }

        foreach (var failure in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return failure;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<string> AddComplaintAsync(Complaint complaint, CancellationToken cancellationToken = default)
    {
        var now = _options.TimeProvider.GetUtcNow();
        var sum = FailureSum.Of(complaint, now);
        lock (_lock)
        {
            var failure = new Failure { Key = ++_lastFailure, Sum = sum, SealedAt = now };
            _failures.Add(failure.Key, failure);
            AddDeliveries([sum.Plan(failure.Key, TimeSpan.Zero, now)]);
        }

        return Task.FromResult(sum.NewId);
    }

    private void AddFailures(JournalBatch batch, DateTimeOffset now)
    {
        var day = ReportPeriod.DayOf(now);
        foreach (var sum in FailureSum.Of(batch))
        {
            if (_openFailures.TryGetValue(sum.First.Kind, out var open))
            {
                open.Sum.Incidents += sum.Incidents;
            }
            else if (sum.First.Fields is null || !MayBegin(sum.First.Organization, day))
            {
                _failuresLeftOut[day] = _failuresLeftOut.GetValueOrDefault(day) + sum.Incidents;
            }
            else
            {
                var failure = new Failure { Key = ++_lastFailure, Sum = sum };
                _failures.Add(failure.Key, failure);
                _openFailures.Add(sum.First.Kind, failure);
                AddDeliveries([sum.Plan(failure.Key, _options.Failures.Window, now)]);
            }
        }
    }

    private bool MayBegin(string organization, DateTimeOffset day)
    {
        var (ofDomain, inAll) = (_failureReports.GetValueOrDefault((organization, day)), _failureReports.GetValueOrDefault((string.Empty, day)));
        if (ofDomain >= _options.Failures.MaxPerDomain || inAll >= _options.Failures.MaxInAll)
        {
            return false;
        }

        (_failureReports[(organization, day)], _failureReports[(string.Empty, day)]) = (ofDomain + 1, inAll + 1);
        return true;
    }

    private void RemoveFailures(DateTimeOffset endedBy)
    {
        foreach (var failure in _failures.Values.Where(failure => failure.Sum.FirstAt <= endedBy).ToArray())
        {
            _failures.Remove(failure.Key);
            if (_openFailures.GetValueOrDefault(failure.Sum.First.Kind) == failure)
            {
                _openFailures.Remove(failure.Sum.First.Kind);
            }
        }
    }

    private sealed class Failure
    {
        public required long Key { get; init; }

        public required FailureSum Sum { get; init; }

        public DateTimeOffset? SealedAt { get; set; }

        public bool IsComplaint => Sum.First.Kind == FailureSum.ComplaintKind;

        public StoredFailure ToStored() => new()
        {
            Key = Key,
            IsComplaint = IsComplaint,
            Id = Sum.NewId,
            PolicyDomain = Sum.First.PolicyDomain,
            ReportUris = Sum.First.ReportUris,
            FirstAt = Sum.FirstAt,
            Incidents = Sum.Incidents,
            Fields = Sum.First.Fields!,
            Header = Sum.First.Header ?? string.Empty,
            SealedAt = SealedAt,
        };
    }
}
