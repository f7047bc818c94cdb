using EmailAuth.Dmarc;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;

namespace EmailAuth.Reports.Store.Delivery;

/// <summary>
/// Makes the mails that would be sent, and hands them to a transport such as <see cref="FolderTransport"/>. The store and its queue stay as they are.
/// </summary>
/// <param name="store">The reports.</param>
/// <param name="queue">The queue, for the addresses that get nothing.</param>
/// <param name="destinations">Decides which addresses may get a domain's reports.</param>
/// <param name="mails">Makes the mails.</param>
/// <param name="options">When and how much.</param>
/// <param name="time">The clock.</param>
public sealed class ReportRehearsal(
    IReportStore store, IReportDeliveries queue, DmarcReportDestinations destinations, ReportMailFactory mails, DeliveryOptions options, TimeProvider time)
{
    /// <summary>Makes the mails of all reports whose period is over, of the failure reports as they are now, and of the complaints, sent or not.</summary>
    /// <param name="transport">Gets the mails.</param>
    /// <param name="told">Gets each report: the plan with its addresses, and each mail.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(IReportTransport transport, Action<DeliveryEvent> told, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(told);
        var work = new DeliveryWork(store, queue, destinations, mails, options, time, told);
        var now = time.GetUtcNow();
        await foreach (var report in store.ListReportsAsync(new ReportSelection { EndedBy = now - options.SettleTime }, cancellationToken))
        {
            if (report.Period.Begin >= now - options.OldestPeriod)
            {
                var plan = PlanOf(report.Key, parts: 0, now);
                var end = await work.ResolveAsync(report, plan, cancellationToken);
                await ShowAsync(
                    transport, new DeliveryEvent { Report = report, Delivery = plan, End = end }, delivery => mails.CreateAsync(report, delivery, cancellationToken), told, cancellationToken);
            }
        }

        var failureWork = new FailureWork(work, destinations, mails, options, time);
        await foreach (var failure in store.ListFailuresAsync(now - options.OldestPeriod, cancellationToken))
        {
            var plan = PlanOf(-failure.Key, parts: 1, now);
            var end = await failureWork.ResolveAsync(failure, plan, cancellationToken);
            await ShowAsync(
                transport,
                new DeliveryEvent { Report = null, Failure = failure, Delivery = plan, End = end },
                delivery => mails.CreateAsync(failure, delivery, cancellationToken),
                told,
                cancellationToken);
        }
    }

    private static ReportDelivery PlanOf(long key, int parts, DateTimeOffset now) => new()
    {
        Token = ReturnPathToken.Create(),
        ReportKey = key,
        Address = string.Empty,
        Host = string.Empty,
        Parts = parts,
        Attempts = 1,
        DueAt = now,
        FirstDueAt = now,
        ChangedAt = now,
    };

    // The plan, then each mail that it leads to.
    private async Task ShowAsync(
        IReportTransport transport, DeliveryEvent planned, Func<ReportDelivery, Task<ReportMail>> create, Action<DeliveryEvent> told, CancellationToken cancellationToken)
    {
        told(planned);
        foreach (var delivery in planned.End.Deliveries)
        {
            var now = time.GetUtcNow();
            var suppression = await queue.FindSuppressionAsync(delivery.Address, cancellationToken);
            var isSuppressed = suppression?.Until > now;
            var reply = isSuppressed ? suppression!.ToString() : (await transport.SendAsync(await create(delivery), cancellationToken)).Text;
            told(new DeliveryEvent
            {
                Report = planned.Report,
                Failure = planned.Failure,
                Delivery = delivery,
                End = new DeliveryEnd { State = isSuppressed ? DeliveryState.Suppressed : DeliveryState.Sent, DueAt = now, Reply = reply },
            });
        }
    }
}
