using System.Collections.Immutable;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>A report address that a policy names, and whether reports may go there (RFC 9990 section 4). Immutable.</summary>
public sealed class DmarcReportDestination
{
    internal DmarcReportDestination()
    {
    }

    /// <summary>The URI as the policy has it.</summary>
    public required string Uri { get; init; }

    /// <summary>Whether reports may go there.</summary>
    public required DmarcReportConsent Consent { get; init; }

    /// <summary>
    /// The mailboxes that reports go to: that of the URI, or those by which the other organization replaces it. Each in ASCII without comments,
    /// quotes, spaces and control characters, so that it is safe in an SMTP command. Empty unless reports may go there.
    /// </summary>
    public ImmutableArray<string> Mailboxes { get; init; } = [];

    /// <summary>The host of the mailbox; null for <see cref="DmarcReportConsent.NotAMailbox"/> and <see cref="DmarcReportConsent.TooMany"/>.</summary>
    public DomainName? Host { get; init; }

    /// <summary>The name at which the other organization publishes its consent; null when none is needed, or it would be too long.</summary>
    public DomainName? ConsentName { get; init; }

    /// <summary>Which query failed and how; null unless the consent is <see cref="DmarcReportConsent.Undecided"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>The URI and the consent.</summary>
    public override string ToString() => $"{Uri}: {Consent}";
}
