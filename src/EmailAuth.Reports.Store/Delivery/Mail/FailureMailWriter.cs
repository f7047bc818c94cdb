using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Store.Failing;

namespace EmailAuth.Reports.Store.Delivery.Mail;

/// <summary>Writes the mail of a failure report (RFC 9991) or of a complaint (RFC 5965).</summary>
internal static class FailureMailWriter
{
    /// <summary>The mail of a failure report without a signature.</summary>
    /// <param name="identity">In whose name.</param>
    /// <param name="failure">The report.</param>
    /// <param name="recipient">The recipient.</param>
    /// <param name="date">The time for the Date field.</param>
    public static byte[] Write(ReportIdentity identity, StoredFailure failure, string recipient, DateTimeOffset date)
    {
        var incidents = Math.Clamp(failure.Incidents, 1, uint.MaxValue).ToString(CultureInfo.InvariantCulture);

        // Readers of the wild, such as Sisimai, know a report by these first words.
        var text = $"This is an authentication failure report for email in the name of\n{failure.PolicyDomain}\nthat reached {identity.Issuer.Domain} (RFC 9991).\n\n"
            + $"It is about {incidents} {(incidents == "1" ? "message, received on" : "messages of one kind, the first received on")}\n{failure.FirstAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC.\n\n"
            + "Your DMARC record asks for it (ruf). A program reads the second part; the third\npart has fields of the message, with hashes in place of people.\n";
        return Write(
            identity, recipient, $"Authentication failure report for {failure.PolicyDomain}", failure.Id, date, text, $"{failure.Fields}Incidents: {incidents}\r\n", failure.Header);
    }

    /// <summary>The mail of a report without a signature.</summary>
    /// <param name="identity">In whose name.</param>
    /// <param name="recipient">The recipient, without any character that needs quoting.</param>
    /// <param name="subject">The subject: US-ASCII without control characters.</param>
    /// <param name="id">Names the report: letters and digits.</param>
    /// <param name="date">The time for the Date field.</param>
    /// <param name="text">The text for people.</param>
    /// <param name="fields">The fields of the report.</param>
    /// <param name="header">The header of the message that it is about.</param>
    public static byte[] Write(
        ReportIdentity identity, string recipient, string subject, string id, DateTimeOffset date, string text, string fields, string header)
    {
        // The same for each copy of a report to a recipient.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(recipient.ToLowerInvariant()));
        return Encoding.ASCII.GetBytes(
            $"Date: {date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)}\r\n"
            + $"From: {identity.From}\r\n"
            + $"To: {recipient}\r\n"
            + $"Subject: {subject}\r\n"
            + $"Message-ID: <{id}.{Convert.ToHexStringLower(hash.AsSpan(0, 6))}@{identity.From.Domain}>\r\n"
            + "Auto-Submitted: auto-generated\r\n"
            + FeedbackReportWriter.WriteMail(text, fields, header));
    }
}
