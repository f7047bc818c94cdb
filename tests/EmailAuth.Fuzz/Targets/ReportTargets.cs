using System.Text.Json;
using EmailAuth.Fuzz.Support;
using EmailAuth.Reports;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Reading;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What strangers send as reports: mail, mailboxes, compressed data, XML, the fields of feedback, JSON.</summary>
internal static class ReportTargets
{
    private static readonly ReportReader Reader = new();

    /// <summary>
    /// Bad input gives a verdict, the verdict is that of the worst finding, and what is said of it can be shown. How it is cut does not matter; and an aggregate report that
    /// conforms is the same when it is written again.
    /// </summary>
    public static void Read(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        var reports = All(Reader.ReadAsync(bytes));
        FindingException.ThrowIf(reports.Count == 0, "nothing is said of the input");
        foreach (var report in reports)
        {
            Check(report);
        }

        using var pieces = new PieceStream(bytes);
        Expect.Equal(Describe(reports), Describe(All(Reader.ReadAsync(pieces))), "in pieces");
    }

    private static void Check(ReadReport report)
    {
        var worst = report.Findings.Length == 0 ? ReportFindingSeverity.Note : report.Findings.Max(static finding => finding.Severity);
        FindingException.ThrowIf((int)worst != (int)report.Verdict, $"{report.Verdict} with {worst}");
        FindingException.ThrowIf(report.Kind == ReportKind.None && report.Verdict != ReportVerdict.Unusable, "nothing was read, and it can be used");
        Expect.Printable(report.Place, "a place");
        foreach (var finding in report.Findings)
        {
            Expect.Reason(finding.Text, "a finding");
            Expect.Printable(finding.ToString(), "a finding");
        }

        if (report is { Verdict: ReportVerdict.Conforms, Aggregate: { Metadata: { } metadata, Policy: { } policy, LeftOutCount: 0, Records: [_, ..] rows } })
        {
            using var written = new MemoryStream();
            Expect.Completed(new ValueTask<long>(AggregateReportWriter.WriteAsync(written, metadata, policy, rows.ToAsyncEnumerable())));
            written.Position = 0;
            var again = Expect.Completed(new ValueTask<AggregateReport>(AggregateReportReader.ReadAllAsync(written)));
            Expect.Equal(JsonSerializer.Serialize((metadata, policy, rows).ToTuple()), JsonSerializer.Serialize((again.Metadata, again.Policy, again.Records).ToTuple()), "written again");
            FindingException.ThrowIf(again.Verdict != ReportVerdict.Conforms, $"written again, it is {again.Verdict}: {string.Join(' ', again.Findings)}");
        }
    }

    // Memory is read at once.
    private static List<ReadReport> All(IAsyncEnumerable<ReadReport> reports) => Expect.Completed(reports.ToListAsync());

    private static string Describe(IEnumerable<ReadReport> reports) => string.Join('\n', reports.Select(one =>
        $"{one} {one.Place} {one.Key} {one.Aggregate} {JsonSerializer.Serialize(one.Aggregate?.Records)} {one.Feedback} {one.Tls} {string.Join('|', one.Findings)}"));
}
