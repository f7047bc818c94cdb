using System.Net;
using EmailAuth.Dns;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Store.Delivery.Mail;

namespace EmailAuth.Reports.Store.Delivery;

/// <summary>
/// Whether the mail of a report would pass DMARC at its receiver, which RFC 9990 section 3.5.2 demands: a mail is made and signed as if it were
/// sent, and judged by this library's own pipeline.
/// </summary>
public static class ReportMailCheck
{
    /// <summary>Checks it.</summary>
    /// <param name="identity">In whose name reports are sent.</param>
    /// <param name="signer">Signs the mails; null when they are not signed.</param>
    /// <param name="resolver">Answers the queries.</param>
    /// <param name="client">The address from which receivers get the mail; null when it is not known, and SPF then counts as not passed.</param>
    /// <param name="heloName">The name for EHLO; null when it is not known.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="InvalidOperationException">The mail cannot be signed.</exception>
    public static async Task<ReportMailVerdict> CheckAsync(
        ReportIdentity identity,
        ReportMailSigner? signer,
        IDnsResolver resolver,
        IPAddress? client,
        string? heloName,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var now = (timeProvider ?? TimeProvider.System).GetUtcNow();
        var end = now.ToUniversalTime().Date;
        var name = new AggregateReportName
        {
            Receiver = identity.Issuer.Domain,
            PolicyDomain = identity.From.Domain,
            Begin = new DateTimeOffset(end.AddDays(-1), TimeSpan.Zero),
            End = new DateTimeOffset(end, TimeSpan.Zero),
            ReportId = "0123456789abcdef0123456789abcdef",
        };
        var recipient = $"postmaster@{identity.From.Domain}";
        var message = ReportMailWriter.Write(identity, name, "an example"u8, recipient, now, null);
        message = signer is null ? message : await signer.SignAsync(message, cancellationToken);
        var pipeline = new AuthenticationPipeline(resolver, new AuthenticationOptions { AuthservId = identity.Issuer.Domain.ToString(), RecordsTelemetry = false });
        var envelope = new SmtpEnvelope(client, heloName, ReturnPathToken.Address(identity.ReturnPath, ReturnPathToken.Create())) { Recipients = [recipient] };
        var outcome = await pipeline.AuthenticateAsync(envelope, message, cancellationToken: cancellationToken);
        return new ReportMailVerdict { Outcome = outcome, HasClient = client is not null, IsSigned = signer is not null };
    }
}
