using EmailAuth.Reports.Store.Writing;

namespace EmailAuth.Reports.Store.Delivery.Mail;

/// <summary>In whose name reports are mailed. Immutable.</summary>
public sealed class ReportIdentity
{
    /// <summary>Who makes the reports. Its domain is the submitter in the subject.</summary>
    public required ReportIssuer Issuer { get; init; }

    /// <summary>The author of the mail: an ASCII mailbox whose domain has a DMARC record.</summary>
    public required ReportMailbox From { get; init; }

    /// <summary>
    /// Where bounces go. Each mail has an address of its own: <c>+</c> and a token follow the local part. Its domain is that of From, or of the
    /// same organization, so that SPF is aligned.
    /// </summary>
    public required ReportMailbox ReturnPath { get; init; }

    /// <summary>The author.</summary>
    public override string ToString() => From.ToString();
}
