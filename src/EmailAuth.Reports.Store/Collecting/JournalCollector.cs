using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Store.Collecting;

/// <summary>Imports journals into a store: once, or for as long as it runs. Several collectors may share a journal or a store.</summary>
/// <param name="open">Opens the store. It is called again after a failure.</param>
/// <param name="folders">The folders of the journals.</param>
/// <param name="options">How it works.</param>
/// <param name="say">Is given each line for the log.</param>
public sealed class JournalCollector(Func<CancellationToken, Task<IReportStore>> open, IReadOnlyList<string> folders, CollectorOptions options, Action<string> say)
    : IAsyncDisposable
{
    private static readonly TimeSpan RemovalInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan RemovalRetry = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, string> _journalErrors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, JournalPosition>> _acknowledged = new(StringComparer.Ordinal);
    private readonly HashSet<string> _cloned = new(StringComparer.Ordinal);
    private IReportStore? _store;
    private string? _storeError;

    // Timestamps, because the time of day may be set back; null before the first pass.
    private long? _removedAt;
    private long? _checkedAt;
    private TimeSpan _removalWait;

    /// <summary>How many messages were imported.</summary>
    public long Messages { get; private set; }

    /// <summary>How many reports were removed because of their age.</summary>
    public long RemovedReports { get; private set; }

    /// <summary>Is called after each transaction.</summary>
    public Action? Imported { get; set; }

    /// <summary>Imports what the journals have now. A store that is away is waited for, as long as the options say.</summary>
    /// <param name="cancellationToken">Ends the run; what was imported stays.</param>
    /// <returns>Whether all journals could be read.</returns>
    /// <exception cref="ReportStoreException">The store stayed away, or cannot be used.</exception>
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var start = options.TimeProvider.GetTimestamp();
        var wait = options.FirstRetry;
        while (true)
        {
            try
            {
                await PassAsync(cancellationToken);
                return _journalErrors.Count == 0;
            }
            catch (ReportStoreException e) when (e.IsTransient && options.TimeProvider.GetElapsedTime(start) + wait <= options.Patience)
            {
                wait = await WaitForStoreAsync(e, wait, cancellationToken);
            }
        }
    }

    /// <summary>Imports what the journals have, and what they get, until the run is ended.</summary>
    /// <param name="cancellationToken">Ends the run; what was imported stays.</param>
    /// <exception cref="ReportStoreException">The store cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The run was ended.</exception>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        var wait = options.FirstRetry;
        while (true)
        {
            try
            {
                await PassAsync(cancellationToken);
                wait = options.FirstRetry;
                await Task.Delay(options.PollInterval, options.TimeProvider, cancellationToken);
            }
            catch (ReportStoreException e) when (e.IsTransient)
            {
                wait = await WaitForStoreAsync(e, wait, cancellationToken);
            }
        }
    }

    /// <summary>Closes the store.</summary>
    public ValueTask DisposeAsync() => _store?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        _store ??= await open(cancellationToken);
        foreach (var folder in folders)
        {
            await PassAsync(_store, folder, cancellationToken);
        }

        var now = options.TimeProvider.GetUtcNow();
        var timestamp = options.TimeProvider.GetTimestamp();
        if (options.Retention > TimeSpan.Zero && IsDue(_removedAt, _removalWait))
        {
            _removalWait = await RemoveAsync(_store, now, cancellationToken);
            _removedAt = timestamp;
        }

        if (IsDue(_checkedAt, CheckInterval))
        {
            await CheckAsync(_store, now, cancellationToken);
            _checkedAt = timestamp;
        }

        if (_storeError is not null)
        {
            say("the store is there again");
            _storeError = null;
        }
    }

    private bool IsDue(long? last, TimeSpan wait) => last is not { } timestamp || options.TimeProvider.GetElapsedTime(timestamp) >= wait;

    // A day that somebody reads for long does not keep the journals waiting.
    private async Task<TimeSpan> RemoveAsync(IReportStore store, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            RemovedReports += await store.RemoveAsync(ReportPeriod.DayOf(now - options.Retention), cancellationToken);
            return RemovalInterval;
        }
        catch (ReportStoreException e) when (e.IsTransient)
        {
            say($"old reports are not removed yet: {e.Message}");
            return RemovalRetry;
        }
    }

    private async Task CheckAsync(IReportStore store, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var states = new List<JournalState>();
        await foreach (var state in store.ListJournalsAsync(cancellationToken))
        {
            states.Add(state);
        }

        var cloned = ClonedJournals.Find(states, now);
        foreach (var folder in cloned.Where(_cloned.Add))
        {
            say(ClonedJournals.Describe(folder));
        }

        _cloned.IntersectWith(cloned);
    }

    // A journal that cannot be read does not keep the others waiting. Each fault is said once, and once that it is over.
    private async Task PassAsync(IReportStore store, string folder, CancellationToken cancellationToken)
    {
        var pass = new JournalPass(
            store,
            folder,
            options.BatchMessages,
            _acknowledged.TryGetValue(folder, out var acknowledged) ? acknowledged : _acknowledged[folder] = new(StringComparer.Ordinal),
            messages =>
            {
                Messages += messages;
                Imported?.Invoke();
            },
            say);
        try
        {
            if (!Directory.Exists(folder))
            {
                throw new DirectoryNotFoundException("it does not exist");
            }

            var earlier = _storeError ?? _journalErrors.GetValueOrDefault(folder);
            while (!await pass.RunAsync(earlier, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (_journalErrors.Remove(folder))
            {
                say($"the journal '{folder}' can be read again");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var text = $"the journal '{folder}' cannot be read: {e.Message.TrimEnd('.')}";
            if (_journalErrors.GetValueOrDefault(folder) != text)
            {
                _journalErrors[folder] = text;
                say(text);
            }
        }
    }

    private async Task<TimeSpan> WaitForStoreAsync(ReportStoreException e, TimeSpan wait, CancellationToken cancellationToken)
    {
        _storeError = e.Message;
        say($"{e.Message}; the next attempt is in {wait.TotalSeconds:0.#} s, and the journals keep what comes");
        await Task.Delay(wait, options.TimeProvider, cancellationToken);
        return wait * 2 < options.LongestRetry ? wait * 2 : options.LongestRetry;
    }
}
