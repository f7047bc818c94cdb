using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Store.Failing;

namespace EmailAuth.Reports.Store.Delivery.Mail;

/// <summary>Writes the mail of a failure report (RFC 9991) or of a complaint (RFC 5965).</summary>
internal static class FailureMailWriter
{
    private static readonly SearchValues<char> TypeCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The mail of a failure report or of a complaint that was stored, without a signature.</summary>
    /// <param name="identity">In whose name.</param>
    /// <param name="failure">The report.</param>
    /// <param name="recipient">The recipient.</param>
    /// <param name="date">The time for the Date field.</param>
    public static byte[] Write(ReportIdentity identity, StoredFailure failure, string recipient, DateTimeOffset date)
    {
        if (failure.IsComplaint)
        {
            return WriteComplaint(identity, failure.Id, failure.Fields, failure.Header, recipient, date);
        }

        var incidents = Math.Clamp(failure.Incidents, 1, uint.MaxValue).ToString(CultureInfo.InvariantCulture);

        // Readers of the wild, such as Sisimai, know a report by these first words.
        var text = $"This is an authentication failure report for email in the name of\n{failure.PolicyDomain}\nthat reached {identity.Issuer.Domain} (RFC 9991).\n\n"
            + $"It is about {incidents} {(incidents == "1" ? "message, received on" : "messages of one kind, the first received on")}\n{failure.FirstAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC.\n\n"
            + "Your DMARC record asks for it (ruf). A program reads the second part; the third\npart has fields of the message, with hashes in place of people.\n";
        return Write(
            identity, recipient, $"Authentication failure report for {failure.PolicyDomain}", failure.Id, date, text, $"{failure.Fields}Incidents: {incidents}\r\n", failure.Header);
    }

    /// <summary>The mail of a complaint without a signature.</summary>
    /// <param name="identity">In whose name.</param>
    /// <param name="id">Names the report: letters and digits.</param>
    /// <param name="fields">The fields of the report, which begin with its type.</param>
    /// <param name="header">The header of the message that it is about.</param>
    /// <param name="recipient">The recipient, without any character that needs quoting.</param>
    /// <param name="date">The time for the Date field.</param>
    public static byte[] WriteComplaint(ReportIdentity identity, string id, string fields, string header, string recipient, DateTimeOffset date)
    {
        var type = TypeOf(fields);

        // Readers of the wild, such as Sisimai, know a report by these first words.
        var text = $"This is an email abuse report for an email message that reached\n{identity.Issuer.Domain} (RFC 5965). Its type is {type}.\n\n"
            + "A program reads the second part; the third part has fields of the mail.\n";
        return Write(identity, recipient, $"Report about a mail ({type})", id, date, text, fields, header);
    }

    // The word is in a field of its own; in the subject only what needs no check.
    private static string TypeOf(string fields)
    {
        const string Name = "Feedback-Type: ";
        var line = fields.AsSpan(0, Math.Max(fields.IndexOf('\r', StringComparison.Ordinal), 0));
        var word = line.StartsWith(Name, StringComparison.Ordinal) ? line[Name.Length..] : default;
        return word.Length is > 0 and <= 30 && !word.ContainsAnyExcept(TypeCharacters) ? word.ToString() : "other";
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
    private static byte[] Write(
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
