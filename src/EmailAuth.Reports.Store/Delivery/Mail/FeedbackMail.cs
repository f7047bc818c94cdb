using EmailAuth.Reports.Feedback;

namespace EmailAuth.Reports.Store.Delivery.Mail;

/// <summary>Makes the mail of a complaint (RFC 5965, RFC 9477 section 3.5).</summary>
public static class FeedbackMail
{
    /// <summary>The mail, signed and ready to be sent, with a return path of its own.</summary>
    /// <param name="identity">In whose name.</param>
    /// <param name="recipient">An address that needs no quoting.</param>
    /// <param name="report">The report.</param>
    /// <param name="header">What it has of the message's header (<see cref="HeaderRedaction.Apply"/>).</param>
    /// <param name="signer">Signs the mail; null to leave it unsigned, which RFC 9477 section 3.5 does not allow.</param>
    /// <param name="date">The time for the Date field.</param>
    /// <param name="cancellationToken">Ends the signing.</param>
    /// <exception cref="ArgumentException">The report has no type, or the recipient or the return path is not of the form.</exception>
    /// <exception cref="InvalidOperationException">The mail cannot be signed.</exception>
    public static async Task<ReportMail> CreateAsync(
        ReportIdentity identity,
        string recipient,
        FeedbackReport report,
        string header,
        ReportMailSigner? signer,
        DateTimeOffset date,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(report);
        if (!ReportMailbox.TryParse(recipient, out var mailbox))
        {
            throw new ArgumentException("The recipient is not an address without quotes.", nameof(recipient));
        }

        if (identity.ReturnPath.LocalPart.Length > ReturnPathToken.MaxPrefix)
        {
            throw new ArgumentException(
                $"The local part of the return path has at most {ReturnPathToken.MaxPrefix} characters, so that a token fits behind it.", nameof(identity));
        }

        var id = Guid.NewGuid().ToString("N");
        var message = FailureMailWriter.WriteComplaint(identity, id, FeedbackReportWriter.WriteFields(report), header, mailbox.ToString(), date);
        return new ReportMail
        {
            ReturnPath = ReturnPathToken.Address(identity.ReturnPath, ReturnPathToken.Create()),
            Recipient = mailbox.ToString(),
            FileName = id,
            Message = signer is null ? message : await signer.SignAsync(message, cancellationToken),
        };
    }
}
