using System.Diagnostics;
using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Dmarc;
using EmailAuth.Reports;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Tls;
using EmailAuth.Signatures;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>Shows a report that was read to people.</summary>
internal static class ReadReportPage
{
    /// <summary>How many rows of a report are shown.</summary>
    public const int MostRows = 20;

    private const int MostFailures = 20;

    public static void Write(IPage page, string file, ReadReport report)
    {
        page.Verdict(ReportWords.Title(report.Kind), report.Verdict.Keyword(), Subject(report));
        page.Line("from", report.Place.Length == 0 ? Called(file) : $"{Called(file)}, {report.Place}");
        if (report.Mail is { } mail)
        {
            page.Line("mail", $"{mail.From}, \"{mail.Subject}\"");
            page.Line("signed by", Signers(report, mail), mail.Authentication is null ? Tone.Doubtful : SignersOf(report, mail).Any() ? Tone.Good : Tone.Bad);
        }

        if (report.Aggregate is { } aggregate)
        {
            Write(page, aggregate);
        }

        if (report.Feedback is { } feedback)
        {
            Write(page, feedback);
        }

        if (report.Tls is { } tls)
        {
            Write(page, tls);
        }

        foreach (var finding in report.Findings)
        {
            page.Line(finding.Severity.Keyword(), Text(finding), finding.Severity switch
            {
                ReportFindingSeverity.Fatal => Tone.Bad,
                ReportFindingSeverity.Fault => Tone.Doubtful,
                ReportFindingSeverity.Note => Tone.Dim,
                _ => throw new UnreachableException(),
            });
        }
    }

    private static string Called(string file) => file == "-" ? "standard input" : file;

    private static string Subject(ReadReport report) => report.Key is { } key ? $"{key.Submitter} about {(key.Domain.Length == 0 ? "an unknown domain" : key.Domain)}" : string.Empty;

    private static string Text(ReportFinding finding) =>
        $"{(finding.Place.Length == 0 ? null : finding.Place + ": ")}{finding.Text}{(finding.Occurrences == 1 ? null : Invariant($"; {finding.Occurrences} times"))}";

    // A key for TLS reports alone says nothing about other mail (RFC 6376 section 3.6.1).
    private static IEnumerable<string> SignersOf(ReadReport report, ReportMail mail) => mail.Authentication?.Dkim?.Signatures
        .Where(signature => signature.Code == SignatureResultCode.Pass && (signature.IsKeyForMail || report.Kind == ReportKind.Tls))
        .Select(static signature => signature.Domain!.ToString()).Distinct(StringComparer.Ordinal) ?? [];

    private static string Signers(ReadReport report, ReportMail mail)
    {
        if (mail.Authentication is not { } outcome)
        {
            return "not verified";
        }

        var signers = SignersOf(report, mail).ToArray();
        return signers.Length > 0 ? string.Join(", ", signers) : $"nobody: dkim={outcome.Dkim?.Code.Keyword() ?? "none"}";
    }

    private static void Write(IPage page, AggregateReport report)
    {
        if (report.Metadata is { } metadata)
        {
            page.Line("sender", $"{metadata.OrganizationName} ({metadata.Email}), report {metadata.ReportId}");
            page.Line("period", $"{Time(metadata.Begin)} to {Time(metadata.End)}");
        }

        if (report.Policy is { } policy)
        {
            page.Line("policy", $"p={policy.Policy?.Keyword() ?? "?"} of {policy.Domain}");
        }

        page.Line("messages", Invariant($"{report.MessageCount} in {report.RecordCount} rows"));
        if (!report.Records.IsEmpty)
        {
            page.Table(
            [
                ["source", "count", "from", "disposition", "dkim", "spf"],
                .. report.Records.Select(static row => new[] { row.SourceAddress, Invariant($"{row.Count}"), row.HeaderFrom, row.Disposition.Keyword(), row.Dkim.Keyword(), row.Spf.Keyword() }),
            ]);
        }

        if (report.RecordCount > report.Records.Length)
        {
            page.Line("more", Invariant($"{report.RecordCount - report.Records.Length} rows; --json shows all"));
        }
    }

    private static void Write(IPage page, FeedbackReport report)
    {
        page.Line("type", report.Incidents == 1 ? report.TypeText : Invariant($"{report.TypeText}, {report.Incidents} incidents"));
        WriteLine(page, "program", report.UserAgent);
        WriteLine(page, "arrived", report.ArrivalDate is { } date ? Time(date) : null);
        WriteLine(page, "source", report.SourceAddress);
        WriteLine(page, "domain", string.Join(", ", report.ReportedDomains));
        WriteLine(page, "failed", report.Failure?.CheckText);
        WriteLine(page, "not aligned", report.Failure?.UnalignedMechanisms is { IsEmpty: false } mechanisms ? string.Join(", ", mechanisms) : null);
        WriteLine(page, "delivery", report.Failure?.DeliveryText);
        WriteLine(page, "message from", report.Original?["From"]);
        WriteLine(page, "message subject", report.Original?["Subject"]);
        foreach (var token in report.Tokens)
        {
            page.Line(ReportWords.Keyword(token.Kind), token.Recipient is null || token.Recipient == token.Value ? token.Value : $"{token.Value} ({token.Recipient})");
        }
    }

    private static void Write(IPage page, TlsReport report)
    {
        page.Line("sender", $"{report.OrganizationName} ({report.ContactInfo}), report {report.ReportId}");
        page.Line("period", $"{(report.Begin is { } begin ? Time(begin) : "?")} to {(report.End is { } end ? Time(end) : "?")}");
        foreach (var policy in report.Policies)
        {
            page.Line($"{policy.TypeText} {policy.Domain}", Invariant($"{policy.SuccessfulSessions} sessions successful, {policy.FailedSessions} failed"), policy.FailedSessions == 0 ? Tone.Good : Tone.Bad);
            if (!policy.Failures.IsEmpty)
            {
                page.Table([.. policy.Failures.Take(MostFailures).Select(static failure => new[] { failure.ResultType ?? "?", Invariant($"{failure.Sessions}"), failure.ReceivingMxHostname ?? string.Empty, failure.ReasonCode ?? string.Empty })]);
            }
        }
    }

    private static void WriteLine(IPage page, string label, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            page.Line(label, text);
        }
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
