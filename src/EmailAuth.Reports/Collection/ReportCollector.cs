using System.Collections.Immutable;
using EmailAuth.Dmarc;
using EmailAuth.Hosting;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Failures;

namespace EmailAuth.Reports.Collection;

/// <summary>
/// Adds each received message whose domain asks for aggregate reports to a journal. It takes about two microseconds a message and does no I/O. Thread-safe.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>All received messages count, also those that were refused because of DMARC or later (RFC 9990 section 3.1), by the time at which they had arrived.</item>
/// <item>Not counted are submissions of authenticated clients and other own mail that goes out, mail to the address for reports alone, and what
/// <see cref="AggregateRow.Of"/> leaves out.</item>
/// <item>Other mail that is a report (<see cref="EvaluatedMessage.IsReport"/>) counts, and is marked, because it must not be the only reason for a report.</item>
/// <item>A domain that names no mailbox in <c>rua</c> asks for nothing: nothing is kept of its mail. Of many mailboxes the first
/// <see cref="DmarcReportDestinations.MaxUris"/> are kept, and none whose URI has more than 1000 characters.</item>
/// <item>With <see cref="ReportCollectorOptions.Failures"/>, mail of domains that name mailboxes in <c>ruf</c> is also kept as far as it fails: the first of like
/// failures within a window with its report, the others as a number (<see cref="FailureReports"/>).</item>
/// </list>
/// </remarks>
public sealed class ReportCollector : IEvaluatedMessageObserver
{
    private readonly Func<CollectedMessage, JournalDrop> _add;
    private readonly ReportCollectorOptions _options;
    private readonly FailureGate? _gate;

    /// <summary>Makes a collector.</summary>
    /// <param name="journal">Where the messages are kept. The caller closes it.</param>
    /// <param name="options">What is left out; null for the defaults.</param>
    public ReportCollector(Journal journal, ReportCollectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(journal);
        (_add, _options, _gate) = (journal.Add, options ?? new ReportCollectorOptions(), GateOf(options));
    }

    /// <summary>Makes a collector for a host that changes its journal while messages are in progress.</summary>
    /// <param name="add">Adds a message to the journal of the moment, such as <see cref="Journal.Add"/>.</param>
    /// <param name="options">What is left out; null for the defaults.</param>
    public ReportCollector(Func<CollectedMessage, JournalDrop> add, ReportCollectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(add);
        (_add, _options, _gate) = (add, options ?? new ReportCollectorOptions(), GateOf(options));
    }

    /// <inheritdoc/>
    public void OnEvaluated(EvaluatedMessage message)
    {
        if (Collect(message, _options, _gate) is { } collected)
        {
            // A message for which there is no room was counted by the journal.
            _add(collected);
        }
    }

    /// <summary>What a journal keeps of a message, with all failure reports that it asks for, whatever their limits. Pure.</summary>
    /// <param name="message">The message.</param>
    /// <param name="options">What is left out.</param>
    /// <returns>The message, or null when nothing of it is kept.</returns>
    public static CollectedMessage? Collect(EvaluatedMessage message, ReportCollectorOptions options) => Collect(message, options, null);

    private static CollectedMessage? Collect(EvaluatedMessage message, ReportCollectorOptions options, FailureGate? gate)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(options);
        if (message.Outcome.Dmarc?.Record is not { } record
            || (record.AggregateReportUris.IsEmpty && (options.Failures is null || record.FailureReportUris.IsEmpty))
            || message.Envelope.IsAuthenticatedSubmission
            || IsOwnClient(message.Envelope, options)
            || IsForOwnAddressesAlone(message.Envelope, options)
            || AggregateRow.Of(message) is not { } row)
        {
            return null;
        }

        var mailboxes = ReportMailboxes.Of(row.ReportUris);
        var failures = options.Failures is null ? [] : FailureReports.Of(message, options.Failures, gate);
        return mailboxes.IsEmpty && failures.IsEmpty ? null : new CollectedMessage
        {
            ReceivedAt = message.ReceivedAt,
            Policy = row.Policy,
            ReportUris = mailboxes,
            IsReport = message.IsReport,
            Record = row.Record,
            Failures = failures,
        };
    }

    private static FailureGate? GateOf(ReportCollectorOptions? options) => options?.Failures is { } failures ? new FailureGate(failures.Limits) : null;

    private static bool IsOwnClient(SmtpEnvelope envelope, ReportCollectorOptions options)
    {
        if (envelope.ClientAddress is not { } client)
        {
            return false;
        }

        foreach (var network in options.OwnNetworks)
        {
            if (network.Contains(client))
            {
                return true;
            }
        }

        return false;
    }

    // Where further recipients are, a sender would keep mail out of reports by naming the address for reports beside its victim.
    private static bool IsForOwnAddressesAlone(SmtpEnvelope envelope, ReportCollectorOptions options)
    {
        if (options.OwnAddresses.IsEmpty || envelope.Recipients.IsEmpty || envelope.UnlistedRecipients > 0)
        {
            return false;
        }

        foreach (var recipient in envelope.Recipients)
        {
            if (!IsOwnAddress(recipient, options.OwnAddresses))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsOwnAddress(string recipient, ImmutableArray<string> addresses)
    {
        var mailbox = recipient.AsSpan().Trim().TrimStart('<').TrimEnd('>');
        foreach (var address in addresses)
        {
            if (mailbox.Equals(address, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
