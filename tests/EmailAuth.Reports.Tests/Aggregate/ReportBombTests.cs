using System.Globalization;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Tests.TestSupport;

namespace EmailAuth.Reports.Tests.Aggregate;

/// <summary>Reports that are made to cost: each ends early, with its finding, or in constant memory.</summary>
public class ReportBombTests
{
    private const string Start = "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"><report_metadata><org_name>R</org_name><email>a@example.org</email><report_id>1</report_id>"
        + "<date_range><begin>1700000000</begin><end>1700086399</end></date_range></report_metadata><policy_published><domain>example.com</domain><p>none</p></policy_published>";

    private const string Record = "<record><row><source_ip>192.0.2.1</source_ip><count>1</count><policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>"
        + "<identifiers><header_from>example.com</header_from></identifiers><auth_results><dkim><domain>example.com</domain><selector>s</selector><result>fail</result></dkim></auth_results></record>";

    /// <summary>What comes first, what is repeated how often, what comes last; the finding.</summary>
    public static TheoryData<string, string, int, string, ReportFindingCode> Bombs => new()
    {
        { "<!DOCTYPE f [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><feedback>", "&b;", 1000, "", ReportFindingCode.DocumentType },
        { "<!DOCTYPE f SYSTEM \"file:///etc/passwd\">" + Start, Record, 1, "</feedback>", ReportFindingCode.DocumentType },
        { Start, "<a>", 1_000_000, "", ReportFindingCode.TooDeep },
        { "", "<a>", 1_000_000, "", ReportFindingCode.TooDeep },
        { Start + "<record ", "a='1' ", 1_000_000, ">", ReportFindingCode.MarkupTooLong },
        { Start + "<record a='", "aaaaaaaaaa", 10_000, "'>", ReportFindingCode.MarkupTooLong },
        { "<?xml ", "aaaaaaaaaa", 10_000, "?>", ReportFindingCode.MarkupTooLong },
        { Start, Record, 2_000, "</feedback>", ReportFindingCode.TooManyRecords },
        { Start, "<!-- aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa -->", 200_000, "</feedback>", ReportFindingCode.TooManyBytes },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task A_bomb_ends_early_with_its_finding(string first, string repeated, int times, string last, ReportFindingCode code)
    {
        await using var stream = new RepeatedText(first, _ => repeated, times, last);
        var report = await AggregateReportReader.ReadAsync(
            stream,
            static (_, _) => ValueTask.CompletedTask,
            new AggregateReportReaderOptions { MaxBytes = 5_000_000, MaxRecords = 1_000 },
            TestContext.Current.CancellationToken);

        Assert.Equal(ReportVerdict.Unusable, report.Verdict);
        Assert.Equal(code, Assert.Single(report.Findings, static finding => finding.Severity == ReportFindingSeverity.Fatal).Code);
        Assert.True(stream.GivenBytes < 6_000_000);
    }

    [Fact]
    public async Task Names_without_end_are_not_kept()
    {
        await using var stream = new RepeatedText(Start, static i => string.Create(CultureInfo.InvariantCulture, $"<name{i}/>"), 100_000, "</feedback>");
        var report = await AggregateReportReader.ReadAsync(stream, static (_, _) => ValueTask.CompletedTask, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(ReportVerdict.Unusable, report.Verdict);
        Assert.Contains(report.Findings, static finding => finding.Code == ReportFindingCode.TooManyNames);
    }

    /// <summary>A text of 5 MB in one element: nothing of it is kept past the bound. The buffers of the XML parser and the decoder take 3 MB of it.</summary>
    [Theory]
    [InlineData("<report_metadata><org_name>", "aaaaaaaaaa", "</org_name></report_metadata>", "text_too_long report_metadata/org_name")]
    [InlineData("<report_metadata><org_name><![CDATA[", "aaaaaaaaaa", "]]></org_name></report_metadata>", "text_too_long report_metadata/org_name")]
    [InlineData("<report_metadata><org_name>", "          ", "R</org_name></report_metadata>", "")]
    [InlineData("", "          ", "", "")]
    [InlineData("<!--", "aaaaaaaaaa", "-->", "")]
    [InlineData("<!--", "\n\n\n\n\n\n\n\n\n\n", "-->", "")]
    [InlineData("<?pi ", "aaaaaaaaaa", "?>", "")]
    [InlineData("", "<!-- -->\n ", "", "")]
    [InlineData("<report_metadata><org_name>", "<![CDATA[]]>", "</org_name></report_metadata>", "")]
    [InlineData("<report_metadata><org_name><![CDATA[", "]]]] ] x", "]]></org_name></report_metadata>", "text_too_long report_metadata/org_name")]
    [InlineData("<policy_published>", "aaaaaaaaaa", "</policy_published>", "stray_text policy_published")]
    [InlineData("<other>", "aaaaaaaaaa", "</other>", "unknown_element")]
    public async Task A_text_of_5_MB_is_passed_over(string open, string repeated, string close, string finding)
    {
        await using var stream = new RepeatedText("<feedback>" + open, _ => repeated, 500_000, close + "</feedback>");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = AggregateReportReader.ReadAsync(stream, static (_, _) => ValueTask.CompletedTask, cancellationToken: TestContext.Current.CancellationToken);

        // The stream answers at once, so the whole reading is on this thread.
        Assert.True(reading.IsCompleted);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 6_000_000);
        Assert.Contains(finding, ReportSamples.Lines((await reading).Findings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signatures_and_reasons_past_the_bound_are_left_out()
    {
        await using var stream = new RepeatedText(
            Start + Record.Replace("</auth_results></record>", "", StringComparison.Ordinal), static _ => "<dkim><domain>example.com</domain><selector>s</selector><result>fail</result></dkim>", 100_000, "</auth_results></record></feedback>");
        var report = await AggregateReportReader.ReadAllAsync(stream, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1000, Assert.Single(report.Records).DkimResults.Length);
        Assert.Equal("too_many_signatures record/auth_results/dkim", ReportSamples.Lines(report.Findings));
        Assert.Equal(ReportVerdict.Salvaged, report.Verdict);
    }
}
