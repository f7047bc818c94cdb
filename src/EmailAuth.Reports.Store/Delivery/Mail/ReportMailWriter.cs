using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports.Store.Delivery.Mail;

/// <summary>
/// Writes the mail of a report (RFC 9990 section 3.5.2): a text for people and the compressed report. The header is written here field by field, so
/// that names are not encoded (RFC 2231), which many readers of reports do not understand.
/// </summary>
internal static class ReportMailWriter
{
    // RFC 2045 section 6.8: at most 76 characters a line, which are 57 octets.
    private const int OctetsInLine = 57;

    /// <summary>The media type of a compressed report.</summary>
    private const string MediaType = "application/gzip";

    /// <summary>The mail without a signature.</summary>
    /// <param name="identity">In whose name.</param>
    /// <param name="name">What names the report.</param>
    /// <param name="compressed">The compressed report.</param>
    /// <param name="recipient">The recipient.</param>
    /// <param name="date">The time for the Date field.</param>
    /// <param name="note">A further sentence of the text, such as that the report is one of several; or null.</param>
    public static byte[] Write(
        ReportIdentity identity, AggregateReportName name, ReadOnlySpan<byte> compressed, string recipient, DateTimeOffset date, string? note)
    {
        // The boundary is in no line of base64, and the text has none of these lines.
        var boundary = $"=_{name.ReportId}";
        var head = new StringBuilder()
            .Append("Date: ").Append(date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)).Append("\r\n")
            .Append("From: ").Append(identity.From).Append("\r\n")
            .Append("To: ").Append(recipient).Append("\r\n")
            .Append(Subject(name))
            .Append("Message-ID: <").Append(MessageId(identity, name, recipient)).Append(">\r\n")
            .Append("Auto-Submitted: auto-generated\r\n")
            .Append("MIME-Version: 1.0\r\n")
            .Append("Content-Type: multipart/mixed;\r\n boundary=\"").Append(boundary).Append("\"\r\n")
            .Append("\r\n")
            .Append("--").Append(boundary).Append("\r\n")
            .Append("Content-Type: text/plain; charset=us-ascii\r\n")
            .Append("\r\n")
            .Append(Text(name, note))
            .Append("\r\n--").Append(boundary).Append("\r\n")
            .Append("Content-Type: ").Append(MediaType).Append(";\r\n name=\"").Append(name.FileName).Append("\"\r\n")
            .Append("Content-Transfer-Encoding: base64\r\n")
            .Append("Content-Disposition: attachment;\r\n filename=\"").Append(name.FileName).Append("\"\r\n")
            .Append("\r\n")
            .ToString();
        var mail = new ArrayBufferWriter<byte>(head.Length + (compressed.Length / OctetsInLine * 78) + 256);
        Append(mail, head);
        for (var rest = compressed; !rest.IsEmpty; rest = rest[Math.Min(OctetsInLine, rest.Length)..])
        {
            var line = rest[..Math.Min(OctetsInLine, rest.Length)];
            Base64.EncodeToUtf8(line, mail.GetSpan(Base64.GetMaxEncodedToUtf8Length(OctetsInLine)), out _, out var written);
            mail.Advance(written);
            mail.Write("\r\n"u8);
        }

        Append(mail, $"\r\n--{boundary}--\r\n");
        return mail.WrittenSpan.ToArray();
    }

    /// <summary>The same for each copy of a report to a recipient, so that a second one can be recognized (RFC 9990 section 3.5.4).</summary>
    public static string MessageId(ReportIdentity identity, AggregateReportName name, string recipient)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(recipient.ToLowerInvariant()));
        return $"{name.ReportId}.{Convert.ToHexStringLower(hash.AsSpan(0, 6))}@{identity.From.Domain}";
    }

    // RFC 9990 section 3.5.2: the separators are FWS, so that long names need no line of more than 998 octets.
    private static string Subject(AggregateReportName name)
    {
        var line = $"Subject: {name.Subject}";
        const int PreferredLength = 78;
        return line.Length <= PreferredLength
            ? line + "\r\n"
            : $"Subject: Report Domain: {name.PolicyDomain}\r\n Submitter: {name.Receiver}\r\n Report-ID: {name.ReportId}\r\n";
    }

    private static string Text(AggregateReportName name, string? note)
    {
        var text = new StringBuilder()
            .Append("This is a DMARC aggregate report (RFC 9990) about mail in the name of\r\n")
            .Append(name.PolicyDomain).Append("\r\n")
            .Append("that reached ").Append(name.Receiver).Append("\r\n")
            .Append(CultureInfo.InvariantCulture, $"from {name.Begin.ToUniversalTime():yyyy-MM-dd HH:mm:ss} to {name.End.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC.\r\n")
            .Append("\r\n");
        if (note is not null)
        {
            text.Append(note).Append("\r\n\r\n");
        }

        return text.Append("Your DMARC record asks for it (rua). A program reads the attached file.\r\n").ToString();
    }

    private static void Append(ArrayBufferWriter<byte> mail, string text) => mail.Advance(Encoding.ASCII.GetBytes(text, mail.GetSpan(text.Length)));
}
