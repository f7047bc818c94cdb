using System.Collections.Immutable;
using EmailAuth.Dmarc;
using EmailAuth.Hosting;
using EmailAuth.Reports.Aggregate;

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
/// </list>
/// </remarks>
public sealed class ReportCollector : IEvaluatedMessageObserver
{
    // RFC 5321 section 4.5.3.1: a mailbox has at most 254 octets, each of which may be percent-encoded. Fields after it (RFC 6068) are few.
    private const int MaxUriCharacters = 1000;

    private readonly Func<CollectedMessage, JournalDrop> _add;
    private readonly ReportCollectorOptions _options;

    /// <summary>Makes a collector.</summary>
    /// <param name="journal">Where the messages are kept. The caller closes it.</param>
    /// <param name="options">What is left out; null for the defaults.</param>
    public ReportCollector(Journal journal, ReportCollectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(journal);
        (_add, _options) = (journal.Add, options ?? new ReportCollectorOptions());
    }

    /// <summary>Makes a collector for a host that changes its journal while messages are in progress.</summary>
    /// <param name="add">Adds a message to the journal of the moment, such as <see cref="Journal.Add"/>.</param>
    /// <param name="options">What is left out; null for the defaults.</param>
    public ReportCollector(Func<CollectedMessage, JournalDrop> add, ReportCollectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(add);
        (_add, _options) = (add, options ?? new ReportCollectorOptions());
    }

    /// <inheritdoc/>
    public void OnEvaluated(EvaluatedMessage message)
    {
        if (Collect(message, _options) is { } collected)
        {
            // A message for which there is no room was counted by the journal.
            _add(collected);
        }
    }

    /// <summary>What a journal keeps of a message. Pure.</summary>
    /// <param name="message">The message.</param>
    /// <param name="options">What is left out.</param>
    /// <returns>The message, or null when it is not counted.</returns>
    public static CollectedMessage? Collect(EvaluatedMessage message, ReportCollectorOptions options)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(options);
        if (message.Outcome.Dmarc?.Record is null or { AggregateReportUris.IsEmpty: true }
            || message.Envelope.IsAuthenticatedSubmission
            || IsOwnClient(message.Envelope, options)
            || IsForOwnAddressesAlone(message.Envelope, options)
            || AggregateRow.Of(message) is not { } row
            || Mailboxes(row.ReportUris) is not { IsEmpty: false } mailboxes)
        {
            return null;
        }

        return new CollectedMessage
        {
            ReceivedAt = message.ReceivedAt,
            Policy = row.Policy,
            ReportUris = mailboxes,
            IsReport = message.IsReport,
            Record = row.Record,
        };
    }

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

    // RFC 9990 section 3.5.1: reports go by mail. The grammar of the URIs was checked when the record was read. A record may have 64 KiB, and each
    // message keeps its policy: without a bound, a sender would fill the journal with few short messages of a domain of its own.
    private static ImmutableArray<string> Mailboxes(ImmutableArray<string> uris)
    {
        var count = 0;
        foreach (var uri in uris)
        {
            count += IsMailbox(uri) ? 1 : 0;
        }

        return count == uris.Length && count <= DmarcReportDestinations.MaxUris ? uris : [.. uris.Where(IsMailbox).Take(DmarcReportDestinations.MaxUris)];
    }

    private static bool IsMailbox(string uri) => uri.Length <= MaxUriCharacters && uri.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase);
}
