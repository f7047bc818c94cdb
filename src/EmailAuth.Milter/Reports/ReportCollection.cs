using EmailAuth.Hosting;
using EmailAuth.Reports.Collection;

namespace EmailAuth.Milter.Reports;

/// <summary>
/// The journal of the service. Settings that a reload changes give it another one, also for the connections that are open. Thread-safe.
/// </summary>
internal sealed class ReportCollection(TimeProvider time, ILogger<Journal> logger) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private JournalOptions? _options;
    private Journal? _journal;

    /// <summary>The journal of the moment; null when mail is not counted.</summary>
    public Journal? Current => Volatile.Read(ref _journal);

    /// <summary>The observer that counts mail by these settings; none when it is not counted.</summary>
    public IEnumerable<IEvaluatedMessageObserver> Observers(MilterOptions options) => !options.Reports.IsEnabled ? [] :
    [
        new ReportCollector(Add, new ReportCollectorOptions
        {
            OwnAddresses = options.Reports.OwnAddresses,

            // Mail of these clients is signed as the site's own. A relay is not among them here: the client is the one that it recorded.
            OwnNetworks = [.. options.Authentication.LocalPolicy.OwnNetworks, .. options.SignedClients],
            Failures = options.Reports.ToFailureOptions(),
        }),
    ];

    /// <summary>Begins to count mail by new settings, or ends it.</summary>
    public void Use(MilterOptions options) => Change(options.Reports.ToJournalOptions(time));

    /// <summary>Writes what waits and closes the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        Journal? last;
        lock (_lock)
        {
            (last, _journal, _options) = (_journal, null, null);
        }

        if (last is not null)
        {
            await last.DisposeAsync();
        }
    }

    // A reload may close the journal at this moment; the message then belongs to the next one.
    private JournalDrop Add(CollectedMessage message)
    {
        while (Current is { } journal)
        {
            var drop = journal.Add(message);
            if (drop != JournalDrop.Closed || journal == Current)
            {
                return drop;
            }
        }

        return JournalDrop.Closed;
    }

    private void Change(JournalOptions? options)
    {
        lock (_lock)
        {
            if (options == _options)
            {
                return;
            }

            // The next journal takes messages at once and writes them when the earlier one has given the folder free.
            var earlier = _journal;
            Volatile.Write(ref _journal, options is null ? null : new Journal(options, logger, earlier));
            _options = options;
            _ = earlier?.DisposeAsync().AsTask();
        }
    }
}
