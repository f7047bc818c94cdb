using EmailAuth.Dmarc;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;

namespace EmailAuth.Reports.Store.Delivery;

/// <summary>
/// Sends reports when they are due. Several dispatchers, also of several machines, share a queue. When one is killed at any point, another one sends
/// what it had: nothing is lost.
/// </summary>
/// <remarks>
/// A report may come a second time only when a dispatcher is killed, or loses the database for longer than its lease, between the moment in which
/// the host accepts the mail and the moment in which the database stores it. SMTP has nothing that would tell which of both happened. The second
/// copy has the same id, file name and Message-ID, by which receivers discard it (RFC 9990 section 3.5.4).
/// </remarks>
public sealed class ReportDispatcher
{
    // How long a sender that follows waits at most until it looks again: others may add deliveries.
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PlanInterval = TimeSpan.FromMinutes(1);

    private readonly DeliveryWork _work;
    private readonly IReportDeliveries _queue;
    private readonly Func<IReportTransport> _transports;
    private readonly DeliveryOptions _options;
    private readonly TimeProvider _time;
    private int _busy;

    /// <summary>Makes a dispatcher.</summary>
    /// <param name="store">The reports.</param>
    /// <param name="queue">Their queue.</param>
    /// <param name="destinations">Decides which addresses may get a domain's reports.</param>
    /// <param name="mails">Makes the mails.</param>
    /// <param name="transports">Makes the transport of a worker.</param>
    /// <param name="options">When and how much.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    public ReportDispatcher(
        IReportStore store,
        IReportDeliveries queue,
        DmarcReportDestinations destinations,
        ReportMailFactory mails,
        Func<IReportTransport> transports,
        DeliveryOptions? options = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(destinations);
        ArgumentNullException.ThrowIfNull(mails);
        ArgumentNullException.ThrowIfNull(transports);
        _queue = queue;
        _transports = transports;
        _options = options ?? new DeliveryOptions();
        _time = timeProvider ?? TimeProvider.System;
        _work = new DeliveryWork(store, queue, destinations, mails, _options, _time, Tell);
    }

    /// <summary>What was done so far.</summary>
    public DeliveryTotals Totals { get; } = new();

    /// <summary>Gets each delivery that ended or is to be tried again; on any thread, and must not throw.</summary>
    public Action<DeliveryEvent>? Observer { get; init; }

    /// <summary>Gets what keeps a dispatcher that follows from its work, such as a database that is away.</summary>
    public Action<ReportStoreException>? FaultObserver { get; init; }

    /// <summary>Plans the reports whose period is over, and sends what is due now.</summary>
    /// <param name="cancellationToken">Ends it after the mails that are on their way.</param>
    /// <exception cref="ReportStoreException">The store does not do what it is asked to.</exception>
    public async Task RunOnceAsync(CancellationToken cancellationToken = default)
    {
        await PlanAsync(cancellationToken);
        var dueBy = _time.GetUtcNow();
        await Task.WhenAll(Enumerable.Range(0, _options.Workers).Select(_ => Task.Run(() => WorkAsync(dueBy, cancellationToken), CancellationToken.None)));
    }

    /// <summary>Plans and sends until it is ended. A store that is away is waited for.</summary>
    /// <param name="cancellationToken">Ends it after the mails that are on their way.</param>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        var tasks = Enumerable.Range(0, _options.Workers)
            .Select(_ => Task.Run(() => PersistAsync(token => WorkAsync(null, token), cancellationToken), CancellationToken.None))
            .Append(PersistAsync(PlanAgainAndAgainAsync, cancellationToken));
        await Task.WhenAll(tasks);
    }

    /// <summary>Adds the reports whose period is over to the queue, which has each of them once.</summary>
    internal async Task PlanAsync(CancellationToken cancellationToken)
    {
        const int AtATime = 500;
        var now = _time.GetUtcNow();
        var plans = new List<ReportDelivery>();
        await foreach (var report in _queue.ListUnplannedAsync(now - _options.SettleTime, now - _options.OldestPeriod, cancellationToken))
        {
            var due = DeliverySchedule.DueAt(report.Id, report.Period.End, _options);
            due = due > now ? due : now;
            plans.Add(new ReportDelivery
            {
                Token = ReturnPathToken.Create(),
                ReportKey = report.Key,
                Address = string.Empty,
                Host = string.Empty,
                Parts = 0,
                DueAt = due,
                FirstDueAt = due,
                ChangedAt = now,
            });
            if (plans.Count == AtATime)
            {
                await _queue.AddAsync(plans, cancellationToken);
                plans.Clear();
            }
        }

        if (plans.Count > 0)
        {
            await _queue.AddAsync(plans, cancellationToken);
        }
    }

    /// <summary>Does what is to be done with a delivery that was leased.</summary>
    internal Task HandleAsync(ReportDelivery leased, IReportTransport transport) => _work.HandleAsync(leased, transport);

    private void Tell(DeliveryEvent told)
    {
        if (!told.Delivery.IsPlan)
        {
            Totals.Add(told.End.State);
        }

        Observer?.Invoke(told);
    }

    private async Task PlanAgainAndAgainAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await PlanAsync(cancellationToken);
            await Task.Delay(PlanInterval, _time, cancellationToken);
        }
    }

    // What a service does as long as it runs: an error of the store is told, and it is tried again after a while.
    private async Task PersistAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await work(cancellationToken);
            }
            catch (ReportStoreException e)
            {
                FaultObserver?.Invoke(e);
                try
                {
                    await Task.Delay(PollInterval / 6, _time, cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task WorkAsync(DateTimeOffset? dueBy, CancellationToken cancellationToken)
    {
        await using var transport = _transports();
        while (!cancellationToken.IsCancellationRequested)
        {
            var now = _time.GetUtcNow();
            Interlocked.Increment(ref _busy);
            try
            {
                if (await _queue.LeaseAsync(now, now + _options.LeaseTime, now + _options.HostPause, cancellationToken) is { } leased)
                {
                    // A mail that is on its way is waited for, so that it is known whether it was taken.
                    await HandleAsync(leased, transport);
                    continue;
                }
            }
            finally
            {
                Interlocked.Decrement(ref _busy);
            }

            var next = await _queue.NextAsync(dueBy, cancellationToken);
            if (dueBy is not null && next is null && Volatile.Read(ref _busy) == 0)
            {
                return;
            }

            await WaitAsync(next, dueBy is not null, cancellationToken);
        }
    }

    private async Task WaitAsync(DateTimeOffset? next, bool isOnce, CancellationToken cancellationToken)
    {
        var wait = next is { } time ? time - _time.GetUtcNow() : isOnce ? ShortWait : PollInterval;
        wait = wait < ShortWait ? ShortWait : wait > PollInterval ? PollInterval : wait;
        try
        {
            await Task.Delay(wait, _time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The loop ends.
        }
    }
}
