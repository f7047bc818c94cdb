using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Dmarc;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Store.Delivery;

/// <summary>What is done with a delivery that was leased.</summary>
internal sealed class DeliveryWork(
    IReportStore store,
    IReportDeliveries queue,
    DmarcReportDestinations destinations,
    ReportMailFactory mails,
    DeliveryOptions options,
    TimeProvider time,
    Action<DeliveryEvent> told)
{
    // A mail ends before its lease does, so that no two senders have it.
    private const double ShareOfLease = 0.8;

    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    /// <summary>Does it, and says in the queue how it ended.</summary>
    public async Task HandleAsync(ReportDelivery leased, IReportTransport transport)
    {
        using var limit = new CancellationTokenSource(options.LeaseTime * ShareOfLease, time);
        var failure = leased.IsFailure ? await store.SealFailureAsync(-leased.ReportKey, limit.Token) : null;
        var report = leased.IsFailure ? null : await queue.FindReportAsync(leased.ReportKey, limit.Token);
        DeliveryEnd end;
        try
        {
            end = failure is not null ? await new FailureWork(this, destinations, mails, options, time).HandleAsync(failure, leased, transport, limit.Token)
                : report is null ? Ended(DeliveryState.GivenUp, "the store no longer has the report")
                : leased.IsPlan ? await SealAndResolveAsync(report, leased, limit.Token)
                : await SendAsync(leased, () => mails.CreateAsync(report, leased, limit.Token), transport, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            end = Again(leased, "it took longer than a sender has");
        }
        catch (InvalidOperationException e)
        {
            // An operator can mend the key.
            end = Again(leased, e.Message);
        }
        catch (ArgumentException e)
        {
            // A row that no report can have, as of a damaged store. The other reports go on.
            end = Ended(DeliveryState.GivenUp, $"the report cannot be written: {e.Message}");
        }

        await FinishAsync(leased, end);
        told(new DeliveryEvent { Report = report, Failure = failure, Delivery = leased, End = end });
        if (end.State == DeliveryState.Sent && !leased.IsPlan)
        {
            await EaseAsync(leased.Address);
        }
    }

    // From here on the report is final.
    private async Task<DeliveryEnd> SealAndResolveAsync(StoredReport report, ReportDelivery plan, CancellationToken cancellationToken) =>
        await store.SealAsync(report, cancellationToken) is { } sealedReport
            ? await ResolveAsync(sealedReport, plan, cancellationToken)
            : Ended(DeliveryState.GivenUp, "the store no longer has the report");

    /// <summary>The deliveries of a report. Its addresses are looked up at the time of sending, so that consent that was withdrawn counts.</summary>
    public async Task<DeliveryEnd> ResolveAsync(StoredReport report, ReportDelivery plan, CancellationToken cancellationToken)
    {
        if (DomainName.Parse(report.Policy.Domain).Value is not { } domain)
        {
            return Ended(DeliveryState.GivenUp, "the policy domain is not a domain name");
        }

        // Where the record changed within the period, the addresses of its newest form get the reports about all forms.
        var newest = await queue.FindNewestReportAsync(report, cancellationToken) ?? report;
        var found = await destinations.CheckAsync(domain, newest.ReportUris, DmarcReportKind.Aggregate, cancellationToken);

        // Each well-formed URI is tried (RFC 9990 section 3.5.2), and where one host names several mailboxes, there are ten in all.
        (string Address, string Host)[] mailboxes =
        [
            .. found.SelectMany(static destination => destination.Mailboxes.Select(mailbox => (mailbox, destination.Host!.ToString())))
                .DistinctBy(static mailbox => Suppression.KeyOf(mailbox.mailbox), StringComparer.Ordinal)
                .Take(DmarcReportDestinations.MaxUris),
        ];
        var parts = plan.Parts > 0 || mailboxes.Length == 0
            ? plan.Parts
            : await mails.CountPartsAsync(report, options.MaxReportBytes, cancellationToken);

        // They are tried in the order of the record (RFC 9990 section 3.5.2): the first one of a host is due first.
        var deliveries = mailboxes.SelectMany((mailbox, place) => Enumerable.Range(1, parts).Select(part => new ReportDelivery
        {
            Token = ReturnPathToken.Create(),
            ReportKey = report.Key,
            Address = mailbox.Address,
            Host = mailbox.Host,
            Part = part,
            Parts = parts,
            DueAt = plan.FirstDueAt.AddMilliseconds(((place - mailboxes.Length) * parts) + part),
            FirstDueAt = plan.FirstDueAt,
            ChangedAt = time.GetUtcNow(),
        }));

        // RFC 9990 section 4, step 4: a failed query is asked again later. Nothing is sent until it is decided.
        var undecided = found.FirstOrDefault(static destination => destination.Consent == DmarcReportConsent.Undecided);
        var end = undecided is not null
            ? Again(plan, $"it is not known whether {undecided.Uri} may get it: {undecided.Reason}")
            : Ended(DeliveryState.Sent, Summary(found, mailboxes.Length));
        return new DeliveryEnd { State = end.State, DueAt = end.DueAt, Reply = end.Reply, Parts = parts, Deliveries = [.. deliveries] };
    }

    /// <summary>Tries once to hand over a mail, unless its address gets none.</summary>
    internal async Task<DeliveryEnd> SendAsync(
        ReportDelivery leased, Func<Task<ReportMail>> create, IReportTransport transport, CancellationToken cancellationToken)
    {
        var suppression = await queue.FindSuppressionAsync(leased.Address, cancellationToken);
        if (suppression?.Until > time.GetUtcNow())
        {
            return Ended(DeliveryState.Suppressed, suppression.ToString());
        }

        var attempt = await transport.SendAsync(await create(), cancellationToken);
        switch (attempt.Answer)
        {
            case DeliveryAnswer.Sent:
                return Ended(DeliveryState.Sent, attempt.Text);
            case DeliveryAnswer.Refused:
                await queue.SuppressAsync(Suppression.After(leased.Address, suppression, attempt.Text, time.GetUtcNow()), cancellationToken);
                return Ended(DeliveryState.Refused, attempt.Text);
            case DeliveryAnswer.Deferred:
                return Again(leased, attempt.Text);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    internal DeliveryEnd Ended(DeliveryState state, string reply, ImmutableArray<ReportDelivery> deliveries = default) =>
        new() { State = state, DueAt = time.GetUtcNow(), Reply = reply, Deliveries = deliveries.IsDefault ? [] : deliveries };

    internal DeliveryEnd Again(ReportDelivery leased, string reply)
    {
        var next = DeliverySchedule.RetryAt(leased.Token, leased.Attempts, time.GetUtcNow());
        return next > leased.FirstDueAt + options.GiveUpAfter
            ? Ended(DeliveryState.GivenUp, reply)
            : new DeliveryEnd { State = DeliveryState.Open, DueAt = next, Reply = reply };
    }

    // A mail that was taken must not be forgotten because the database is away for a moment: until the lease ends, no other sender has it.
    private async Task FinishAsync(ReportDelivery leased, DeliveryEnd end)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                await queue.FinishAsync(leased, end, time.GetUtcNow(), CancellationToken.None);
                return;
            }
            catch (ReportStoreException e) when (e.IsTransient && end.State == DeliveryState.Sent && time.GetElapsedTime(start) < options.LeaseTime)
            {
                await Task.Delay(StoreRetry, time);
            }
        }
    }

    private async Task EaseAsync(string address)
    {
        if (await queue.FindSuppressionAsync(address) is not { } suppression)
        {
            return;
        }

        if (suppression.AfterSuccess(time.GetUtcNow()) is { } less)
        {
            await queue.SuppressAsync(less);
        }
        else
        {
            await queue.RemoveSuppressionAsync(address);
        }
    }

    internal static string Summary(ImmutableArray<DmarcReportDestination> found, int mailboxes)
    {
        var without = found.Where(static destination => destination.Mailboxes.IsEmpty).Take(3).Select(static destination => $"{destination.Uri}: {Word(destination.Consent)}");
        var others = string.Join("; ", without);
        return string.Create(CultureInfo.InvariantCulture, $"{mailboxes} of {found.Length} addresses get it{(others.Length > 0 ? " (" : null)}{others}{(others.Length > 0 ? ")" : null)}");
    }

    private static string Word(DmarcReportConsent consent) => consent switch
    {
        DmarcReportConsent.NotAMailbox => "not an address for mail",
        DmarcReportConsent.TooMany => "more than ten addresses",
        DmarcReportConsent.SameOrganization => "the same organization",
        DmarcReportConsent.Confirmed => "consents",
        DmarcReportConsent.NotConfirmed => "does not consent",
        DmarcReportConsent.NameTooLong => "the name for its consent is too long",
        DmarcReportConsent.OtherHost => "names an address of another host",
        DmarcReportConsent.Undecided => "a query failed",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
