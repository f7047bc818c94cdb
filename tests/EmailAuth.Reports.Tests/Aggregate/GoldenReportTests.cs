using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Reports.Tests.Aggregate;

/// <summary>The reports in testdata/reports: what the writer writes, byte for byte, and what every reader makes of it.</summary>
public class GoldenReportTests
{
    public static TheoryData<string> Names => [.. GoldenReports.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_golden_report_is_written_byte_for_byte(string name)
    {
        var xml = await GoldenReports.All[name].WriteAsync();
        if (Environment.GetEnvironmentVariable("EMAILAUTH_REWRITE_GOLDEN") is not null)
        {
            await File.WriteAllBytesAsync(GoldenReports.PathOf(name), xml, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(GoldenReports.PathOf(name), TestContext.Current.CancellationToken), System.Text.Encoding.UTF8.GetString(xml));
    }

    [Fact]
    public void Each_file_is_the_report_of_a_test() =>
        Assert.Equal(GoldenReports.All.Keys.Order(), Directory.GetFiles(GoldenReports.Folder, "*.xml").Select(static file => Path.GetFileNameWithoutExtension(file)!).Order());

    [Fact]
    public void There_is_one_for_each_reason_and_each_policy()
    {
        var records = GoldenReports.All.Values.SelectMany(static golden => golden.Records).ToList();
        var reasons = records.SelectMany(static record => record.Reasons).Select(static reason => reason.Type).ToHashSet();
        Assert.Equal(
            Enum.GetValues<PolicyOverrideType>().Except([PolicyOverrideType.Unknown, PolicyOverrideType.Forwarded, PolicyOverrideType.SampledOut]).Order(), reasons.Order());
        Assert.Equal(
            Enum.GetValues<AggregateDisposition>().Except([AggregateDisposition.Unknown]).Order(), records.Select(static record => record.Disposition).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_schema_accepts_it(string name) => Assert.Empty(ReportSchema.Faults(await GoldenReports.All[name].WriteAsync()));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_check_accepts_it(string name)
    {
        var golden = GoldenReports.All[name];
        var check = new AggregateReportCheck(golden.Metadata, golden.Policy, ReportSamples.Name(golden.PolicyDomain));
        foreach (var record in golden.Records)
        {
            check.Add(record);
        }

        Assert.Empty(check.Finish());
        Assert.True(check.IsConforming);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_reader_reads_what_was_written(string name)
    {
        var golden = GoldenReports.All[name];
        var report = await ReportSamples.ReadAsync(await golden.WriteAsync());

        Assert.Equal(string.Empty, ReportSamples.Lines(report.Findings));
        Assert.Equal((AggregateReportVerdict.Conforms, AggregateReportForm.Rfc9990), (report.Verdict, report.Form));
        Assert.Equal(ReportText.Of(golden.Metadata), ReportText.Of(report.Metadata!));
        Assert.Equal(ReportText.Of(golden.Policy), ReportText.Of(report.Policy!));
        Assert.Equal(golden.Records.Select(ReportText.Of), report.Records.Select(ReportText.Of));
        Assert.Equal(golden.Records.Sum(static record => record.Count), report.MessageCount);
    }

    [Fact]
    public async Task Xmllint_accepts_all()
    {
        Assert.SkipUnless(PeerProgram.IsInstalled("xmllint"), "xmllint is not installed.");
        Assert.SkipUnless(ReportSchema.FilePath is not null, "The schema is not beside the project.");
        var (code, _, errors) = await PeerProgram.RunAsync(
            "xmllint", ["--noout", "--nonet", "--schema", ReportSchema.FilePath!, .. GoldenReports.All.Keys.Select(GoldenReports.PathOf)]);

        Assert.True(code == 0, errors);
        Assert.Equal(GoldenReports.All.Count, errors.Split('\n').Count(static line => line.EndsWith(" validates", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Dmarc_cat_counts_the_same_messages_of_each_source()
    {
        Assert.SkipUnless(PeerProgram.IsInstalled("dmarc-cat"), "dmarc-cat is not installed.");
        var folder = Directory.CreateTempSubdirectory("emailauth-dmarc-cat");
        try
        {
            foreach (var golden in GoldenReports.All.Values)
            {
                var file = Path.Combine(folder.FullName, ReportSamples.Name(golden.PolicyDomain).FileName);
                await using (var stream = File.Create(file))
                {
                    await AggregateReportWriter.WriteCompressedAsync(
                        stream, golden.Metadata, golden.Policy, golden.Records.ToAsyncEnumerable(), TestContext.Current.CancellationToken);
                }

                var (code, output, errors) = await PeerProgram.RunAsync("dmarc-cat", "-N", file);
                Assert.True(code == 0, golden.Name + errors);
                var rows = output.Split('\n').Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .Where(static words => words.Length > 2 && System.Net.IPAddress.TryParse(words[0], out _))
                    .Select(static words => $"{words[0]} {words[1]} {words[2]}");
                Assert.Equal(golden.Records.Select(static record => $"{record.SourceAddress} {record.Count} {record.HeaderFrom}").Order(), rows.Order());
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Mail::DMARC of 2021 looks for elements without a namespace, and so finds nothing in a report of RFC 9990: the script takes the namespace away.
    [Fact]
    public async Task Mail_DMARC_reads_the_same_rows_without_the_namespace()
    {
        Assert.SkipUnless(File.Exists("/usr/share/perl5/Mail/DMARC/Report/Receive.pm"), "libmail-dmarc-perl is not installed.");
        var script = Repository.PathOf("tests", "EmailAuth.Reports.Tests", "Aggregate", "mail-dmarc-rows.pl");
        var (code, output, errors) = await PeerProgram.RunAsync("/usr/bin/perl", [script, .. GoldenReports.All.Keys.Select(GoldenReports.PathOf)]);

        Assert.True(code == 0, errors);
        var expected = GoldenReports.All.Values.SelectMany(static golden => golden.Records.Select(record => string.Join('|',
            golden.Metadata.ReportId,
            golden.PolicyDomain,
            record.SourceAddress,
            record.Count,
            // It does not know "pass" and reads it as none.
            record.Disposition == AggregateDisposition.Pass ? "none" : record.Disposition.Keyword(),
            record.Dkim.Keyword(),
            record.Spf.Keyword(),
            string.Join(',', record.Reasons.Select(static reason => reason.Type.Keyword())),
            record.HeaderFrom,
            record.DkimResults.Length)));
        Assert.Equal(expected, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
