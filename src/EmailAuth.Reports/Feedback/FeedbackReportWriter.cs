using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EmailAuth.Reports.Feedback;

/// <summary>
/// Writes feedback reports: complaints (RFC 5965) and failure reports (RFC 6591, RFC 9991). All values may have any characters, as a sender chose
/// them: control characters become spaces and what is not US-ASCII a question mark, so that no value can end its field, its line or its part.
/// </summary>
public static class FeedbackReportWriter
{
    private static readonly string Product = $"EmailAuth/{typeof(FeedbackReportWriter).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>The fields of the second part, <c>message/feedback-report</c>, each with CRLF. Lines have at most 998 characters.</summary>
    /// <param name="report">
    /// What to write; what is null or empty is left out. Without a <see cref="FeedbackReport.UserAgent"/> the field names this library, and the version
    /// is 1. A value has at most 4096 characters; the rest is cut off.
    /// </param>
    /// <exception cref="ArgumentException">The report has no type, or another field whose name is not one of RFC 5322.</exception>
    public static string WriteFields(FeedbackReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (WrittenField.Word(report.TypeText) is not { Length: > 0 } type)
        {
            throw new ArgumentException("The report has no type.", nameof(report));
        }

        var text = new StringBuilder();
        Add("Feedback-Type", type);
        Add("User-Agent", WrittenField.Plain(report.UserAgent) is { Length: > 0 } agent ? agent : Product);
        Add("Version", WrittenField.Word(report.Version) is { Length: > 0 } version ? version : "1");
        Add("Original-Envelope-Id", report.OriginalEnvelopeId);
        Add("Original-Mail-From", WrittenField.Path(report.OriginalMailFrom));
        Add("Arrival-Date", report.ArrivalDate is { } arrival ? Date(arrival) : null);
        Add("Reporting-MTA", WrittenField.Word(report.ReportingMta) is { Length: > 0 } mta ? $"dns; {mta}" : null);
        Add("Source-IP", WrittenField.Word(report.SourceAddress));
        Add("Source-Port", report.SourcePort?.ToString(CultureInfo.InvariantCulture));
        Add("Incidents", report.Incidents == 1 ? null : Incidents(report.Incidents));
        AddAll("Authentication-Results", report.AuthenticationResults);
        AddAll("Original-Rcpt-To", report.OriginalRecipients.Where(static recipient => recipient.Length > 0).Select(WrittenField.Path));
        AddAll("Reported-Domain", report.ReportedDomains.Select(WrittenField.Word));
        AddAll("Reported-URI", report.ReportedUris);
        if (report.Failure is { } failure)
        {
            AddFailure(text, failure);
        }

        foreach (var field in report.OtherFields)
        {
            if (field.Name is not { Length: > 0 and <= 100 } name || name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.Contains(':', StringComparison.Ordinal))
            {
                throw new ArgumentException($"'{field.Name}' is not the name of a field.", nameof(report));
            }

            Add(name, field.Value);
        }

        return text.ToString();

        void Add(string name, string? value) => WrittenField.Append(text, name, value);

        void AddAll(string name, IEnumerable<string?> values)
        {
            foreach (var value in values)
            {
                Add(name, value);
            }
        }
    }

    /// <summary>
    /// The MIME fields and the body of the mail: <c>multipart/report; report-type=feedback-report</c> with a text for people, the fields, and the header
    /// of the message that the report is about (<c>text/rfc822-headers</c>). The caller writes Date, From, To, Subject and Message-ID before them, and
    /// signs the whole.
    /// </summary>
    /// <param name="text">The text for people; other than US-ASCII becomes question marks.</param>
    /// <param name="fields">The second part, as <see cref="WriteFields"/> gives it.</param>
    /// <param name="header">The header of the message: lines of US-ASCII, such as <see cref="HeaderRedaction.Apply"/> gives; empty for none.</param>
    /// <returns>US-ASCII with CRLF line ends, which begins with <c>MIME-Version</c>; the same for the same values.</returns>
    public static string WriteMail(string text, string fields, string header)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(header);
        var (shown, second, third) = (Lines(text), Lines(fields), Lines(header));

        // A sender that chose a part cannot have its hash in it, so the boundary is in no line of the parts.
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes($"{shown}\0{second}\0{third}"));
        var boundary = $"=_{Convert.ToHexStringLower(hash.AsSpan(0, 16))}";
        return $"MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report;\r\n boundary=\"{boundary}\"\r\n\r\n"
            + $"--{boundary}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n{shown}\r\n"
            + $"--{boundary}\r\nContent-Type: message/feedback-report\r\n\r\n{second}\r\n"
            + $"--{boundary}\r\nContent-Type: text/rfc822-headers\r\n\r\n{third}\r\n--{boundary}--\r\n";
    }

    /// <summary>A date in the form of RFC 5322 section 3.3, in UTC.</summary>
    internal static string Date(DateTimeOffset date) => date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);

    /// <summary>RFC 5965 section 3.2: a number of 32 bits.</summary>
    internal static string Incidents(long incidents) => Math.Clamp(incidents, 0, uint.MaxValue).ToString(CultureInfo.InvariantCulture);

    // RFC 6591 section 3.2 and RFC 9991 section 4.
    private static void AddFailure(StringBuilder text, AuthenticationFailure failure)
    {
        Add("Auth-Failure", WrittenField.Word(failure.CheckText));
        Add("Identity-Alignment", failure.UnalignedMechanisms is { } mechanisms ? Alignment(mechanisms) : null);
        Add("Delivery-Result", WrittenField.Word(failure.DeliveryText));
        Add("DKIM-Domain", WrittenField.Word(failure.DkimDomain));
        Add("DKIM-Identity", WrittenField.Word(failure.DkimIdentity));
        Add("DKIM-Selector", WrittenField.Word(failure.DkimSelector));
        Add("DKIM-Canonicalized-Header", failure.DkimCanonicalizedHeader);
        Add("DKIM-Canonicalized-Body", failure.DkimCanonicalizedBody);
        Add("DKIM-Selector-DNS", failure.DkimSelectorDns);
        Add("DKIM-ADSP-DNS", failure.DkimAdspDns);
        foreach (var record in failure.SpfDns)
        {
            Add("SPF-DNS", record);
        }

        void Add(string name, string? value) => WrittenField.Append(text, name, value);
    }

    private static string Alignment(ImmutableArray<string> mechanisms) =>
        mechanisms.IsEmpty ? "none" : string.Join(", ", mechanisms.Select(WrittenField.Word));

    // Lines of at most 998 octets of printable US-ASCII: a bare CR, a NUL or the like is not passed on.
    private static string Lines(string text)
    {
        const int LongestLine = 998;
        var lines = new StringBuilder(text.Length + 16);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range].TrimEnd('\r');
            line = line[..Math.Min(line.Length, LongestLine)];
            foreach (var c in line)
            {
                lines.Append(c == '\t' || !char.IsControl(c) ? char.IsAscii(c) ? c : '?' : ' ');
            }

            lines.Append("\r\n");
        }

        // The text after the last line end is not a line.
        lines.Length -= text.Length == 0 || text[^1] == '\n' ? 2 : 0;
        return lines.ToString();
    }
}
