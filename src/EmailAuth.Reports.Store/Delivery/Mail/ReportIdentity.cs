using EmailAuth.Syntax;

namespace EmailAuth.Reports.Store.Delivery.Mail;

/// <summary>In whose name reports are mailed. Immutable.</summary>
public sealed class ReportIdentity
{
    /// <summary>The organization, as the XML names it.</summary>
    public required string Organization { get; init; }

    /// <summary>The domain of the receiver that reports: the submitter in the subject, and the first part of the file name.</summary>
    public required DomainName Submitter { get; init; }

    /// <summary>The author of the mail and the contact in the XML: an ASCII mailbox whose domain has a DMARC record.</summary>
    public required ReportMailbox From { get; init; }

    /// <summary>
    /// Where bounces go. Each mail has an address of its own: <c>+</c> and a token follow the local part. Its domain is that of From, or of the
    /// same organization, so that SPF is aligned.
    /// </summary>
    public required ReportMailbox ReturnPath { get; init; }

    /// <summary>A further contact for the XML and the text, such as the address of a page; null without.</summary>
    public string? ExtraContact { get; init; }

    /// <summary>The submitter and the author.</summary>
    public override string ToString() => $"{Submitter} <{From}>";
}
