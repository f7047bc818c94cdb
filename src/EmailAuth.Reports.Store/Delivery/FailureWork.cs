using System.Globalization;
using EmailAuth.Dmarc;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Reports.Store.Failing;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Store.Delivery;

/// <summary>What is done with the delivery of a failure report (RFC 9991) or a complaint (RFC 5965): the same way, suppression and pace as for aggregate reports.</summary>
internal sealed class FailureWork(
    DeliveryWork work, DmarcReportDestinations destinations, ReportMailFactory mails, DeliveryOptions options, TimeProvider time)
{
    /// <summary>Does it.</summary>
    public Task<DeliveryEnd> HandleAsync(StoredFailure failure, ReportDelivery leased, IReportTransport transport, CancellationToken cancellationToken) =>
        leased.IsPlan
            ? ResolveAsync(failure, leased, cancellationToken)
            : work.SendAsync(leased, () => mails.CreateAsync(failure, leased, cancellationToken), transport, cancellationToken);

    /// <summary>The deliveries of a report.</summary>
    public Task<DeliveryEnd> ResolveAsync(StoredFailure failure, ReportDelivery plan, CancellationToken cancellationToken) =>
        failure.IsComplaint ? Task.FromResult(ResolveComplaint(failure, plan)) : ResolveFailureAsync(failure, plan, cancellationToken);

    // It was decided who gets it when it was added.
    private DeliveryEnd ResolveComplaint(StoredFailure complaint, ReportDelivery plan)
    {
        if (time.GetUtcNow() > plan.FirstDueAt + options.GiveUpAfter)
        {
            return work.Ended(DeliveryState.GivenUp, "the complaint is too old to be sent");
        }

        var deliveries = new List<ReportDelivery>();
        foreach (var address in complaint.ReportUris)
        {
            if (!ReportMailbox.TryParse(address, out var mailbox))
            {
                return work.Ended(DeliveryState.GivenUp, "a recipient is not an address");
            }

            deliveries.Add(DeliveryOf(plan, address, mailbox.Domain.ToString()));
        }

        return work.Ended(DeliveryState.Sent, string.Create(CultureInfo.InvariantCulture, $"{deliveries.Count} addresses get it"), [.. deliveries]);
    }

    // The consent of other organizations is asked for at the time of sending, with ruf in place of rua (RFC 9991 section 5).
    private async Task<DeliveryEnd> ResolveFailureAsync(StoredFailure failure, ReportDelivery plan, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() > plan.FirstDueAt + options.GiveUpAfter)
        {
            return work.Ended(DeliveryState.GivenUp, "the failure is too old to be reported");
        }

        if (DomainName.Parse(failure.PolicyDomain).Value is not { } domain)
        {
            return work.Ended(DeliveryState.GivenUp, "the policy domain is not a domain name");
        }

        var found = await destinations.CheckAsync(domain, failure.ReportUris, DmarcReportKind.Failure, cancellationToken);
        ReportDelivery[] deliveries =
        [
            .. found.SelectMany(static destination => destination.Mailboxes.Select(mailbox => (Address: mailbox, Host: destination.Host!.ToString())))
                .DistinctBy(static mailbox => Suppression.KeyOf(mailbox.Address), StringComparer.Ordinal)
                .Take(DmarcReportDestinations.MaxUris)
                .Select(mailbox => DeliveryOf(plan, mailbox.Address, mailbox.Host)),
        ];
        var undecided = found.FirstOrDefault(static destination => destination.Consent == DmarcReportConsent.Undecided);
        var end = undecided is not null
            ? work.Again(plan, $"it is not known whether {undecided.Uri} may get it: {undecided.Reason}")
            : work.Ended(DeliveryState.Sent, DeliveryWork.Summary(found, deliveries.Length));
        return new DeliveryEnd { State = end.State, DueAt = end.DueAt, Reply = end.Reply, Deliveries = [.. deliveries] };
    }

    private ReportDelivery DeliveryOf(ReportDelivery plan, string address, string host) => new()
    {
        Token = ReturnPathToken.Create(),
        ReportKey = plan.ReportKey,
        Address = address,
        Host = host,
        DueAt = plan.FirstDueAt,
        FirstDueAt = plan.FirstDueAt,
        ChangedAt = time.GetUtcNow(),
    };
}
