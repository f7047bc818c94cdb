using System.Collections.Immutable;
using EmailAuth.Inspection.Bimi;
using EmailAuth.Inspection.Dkim;
using EmailAuth.Inspection.Dmarc;
using EmailAuth.Inspection.MailHosts;
using EmailAuth.Inspection.Senders;
using EmailAuth.Inspection.Spf;
using EmailAuth.Inspection.Transport;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Domains;

/// <summary>Everything that a domain publishes for mail, beside what it is used for and the rules it is held to. Immutable.</summary>
public sealed class DomainInspection
{
    /// <summary>The domain.</summary>
    public required DomainName Domain { get; init; }

    /// <summary>What it is used for.</summary>
    public DomainProfile Profile { get; init; }

    /// <summary>Why that profile was guessed, in one line; null when it was given.</summary>
    public string? ProfileReason { get; init; }

    /// <summary>SPF, with all included records.</summary>
    public required SpfInspection Spf { get; init; }

    /// <summary>The DKIM keys that were found, and the selectors in use that have none.</summary>
    public ImmutableArray<DkimKeyInspection> Keys { get; init; } = [];

    /// <summary>DMARC.</summary>
    public required DmarcInspection Dmarc { get; init; }

    /// <summary>Which policy applies to the domain and below it.</summary>
    public required DmarcReach DmarcReach { get; init; }

    /// <summary>BIMI.</summary>
    public required BimiInspection Bimi { get; init; }

    /// <summary>What large mailbox providers show of it.</summary>
    public ImmutableArray<LogoDisplay> Logos { get; init; } = [];

    /// <summary>Where its mail goes.</summary>
    public required MailHostsInspection MailHosts { get; init; }

    /// <summary>The addresses that send its mail.</summary>
    public ImmutableArray<SendingAddress> Addresses { get; init; } = [];

    /// <summary>MTA-STS.</summary>
    public required MtaStsInspection MtaSts { get; init; }

    /// <summary>TLS reports.</summary>
    public required TlsReportingInspection TlsReporting { get; init; }

    /// <summary>The sample message; null without one.</summary>
    public SampleMessage? Message { get; init; }

    /// <summary>The rates from reports; null when they are not known.</summary>
    public DomainRates? Rates { get; init; }

    /// <summary>What large mailbox providers ask of senders, and whether it is met; empty for a domain that sends no mail.</summary>
    public ImmutableArray<Requirement> Requirements { get; init; } = [];

    /// <summary>The feedback loops; empty for a domain that sends no mail.</summary>
    public ImmutableArray<FeedbackLoop> FeedbackLoops { get; init; } = [];

    /// <summary>What mail hosts replied for role addresses; empty when nobody was asked.</summary>
    public ImmutableArray<RoleAddress> RoleAddresses { get; init; } = [];

    /// <summary>All findings that matter for what the domain is used for, errors first.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>What to change, the most harmful first.</summary>
    public ImmutableArray<DomainChange> Changes { get; init; } = [];

    /// <summary>How many rounds of questions were asked of the DNS, each at the same time.</summary>
    public int DnsRounds { get; init; }

    /// <summary>How many questions were asked.</summary>
    public int DnsQuestions { get; init; }

    /// <summary>Whether a lookup failed or a document could not be fetched just now, so that something is not known.</summary>
    public bool HasUnknown { get; init; }
}
