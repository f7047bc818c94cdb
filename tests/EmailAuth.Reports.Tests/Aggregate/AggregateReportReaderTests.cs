using System.Text;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Tests.TestSupport;

namespace EmailAuth.Reports.Tests.Aggregate;

/// <summary>What the reader makes of a report that is changed in one place.</summary>
public class AggregateReportReaderTests
{
    private const string Now = "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\">";

    private const string Body =
        "<version>1.0</version><report_metadata><org_name>Receiver</org_name><email>a@example.org</email><report_id>1a</report_id>"
        + "<date_range><begin>1700000000</begin><end>1700086399</end></date_range></report_metadata>"
        + "<policy_published><domain>example.com</domain><p>reject</p></policy_published>"
        + "<record><row><source_ip>192.0.2.1</source_ip><count>2</count><policy_evaluated><disposition>pass</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>"
        + "<identifiers><header_from>example.com</header_from></identifiers>"
        + "<auth_results><dkim><domain>example.com</domain><selector>s</selector><result>pass</result></dkim><spf><domain>example.net</domain><scope>mfrom</scope><result>fail</result></spf></auth_results></record>"
        + "</feedback>";

    /// <summary>What is replaced in a report of RFC 9990's form, by what; the findings; the verdict.</summary>
    public static TheoryData<string, string, string, AggregateReportVerdict> Changes
    {
        get
        {
            var data = new TheoryData<string, string, string, AggregateReportVerdict>
            {
                { "x", "x", "", AggregateReportVerdict.Conforms },
                { "1.0<", "2.0<", "wrong_version version", AggregateReportVerdict.Salvaged },
                { "<version>1.0</version>", "", "", AggregateReportVerdict.Conforms },
                { "1a<", "a b<", "report_id_syntax report_metadata/report_id", AggregateReportVerdict.Salvaged },
                { "1a<", "&lt;a.b@c.d&gt;<", "report_id_not_alphanumeric report_metadata/report_id", AggregateReportVerdict.Conforms },
                { "<report_id>1a</report_id>", "", "missing_element report_metadata/report_id", AggregateReportVerdict.Salvaged },
                { "1700086399", "1699999999", "period_backwards report_metadata/date_range", AggregateReportVerdict.Salvaged },
                { "1700086399", "1700086400", "", AggregateReportVerdict.Conforms },
                { "1700086399", "1700172800", "period_long report_metadata/date_range", AggregateReportVerdict.Conforms },
                { "1700086399", "1700086399.0", "period_fraction report_metadata/date_range/end", AggregateReportVerdict.Salvaged },
                { "1700086399", "99999999999999", "invalid_value report_metadata/date_range/end\nperiod_missing report_metadata/date_range", AggregateReportVerdict.Unusable },
                { "1700086399", "tomorrow", "invalid_value report_metadata/date_range/end\nperiod_missing report_metadata/date_range", AggregateReportVerdict.Unusable },
                { "<domain>example.com</domain><p>", "<p>", "missing_element policy_published/domain\npolicy_domain_missing policy_published/domain", AggregateReportVerdict.Unusable },
                { "<p>reject</p>", "<p>Reject</p>", "letter_case policy_published/p", AggregateReportVerdict.Salvaged },
                { "<p>reject</p>", "<p>block</p>", "invalid_value policy_published/p", AggregateReportVerdict.Salvaged },
                { "<p>reject</p>", "<p>reject</p><pct>100</pct>", "obsolete_element policy_published", AggregateReportVerdict.Salvaged },
                { "<p>reject</p>", "<p>reject</p><t>y</t>", "unknown_element policy_published", AggregateReportVerdict.Salvaged },
                { "<count>2<", "<count>0<", "count_not_positive record/row/count", AggregateReportVerdict.Salvaged },
                { "<count>2<", "<count>-2<", "invalid_value record/row/count\nrecord_left_out record\nno_record record", AggregateReportVerdict.Unusable },
                { "<count>2<", "<count>99999999999999999999<", "invalid_value record/row/count\nrecord_left_out record\nno_record record", AggregateReportVerdict.Unusable },
                { "192.0.2.1<", "192.0.2.01<", "source_not_an_address record/row/source_ip", AggregateReportVerdict.Salvaged },
                { "192.0.2.1<", "[2001:db8::1]<", "source_not_an_address record/row/source_ip", AggregateReportVerdict.Salvaged },
                { "192.0.2.1<", "2001:DB8::1<", "", AggregateReportVerdict.Conforms },
                { "<disposition>pass<", "<disposition>reject<", "refused_though_passed record/row/policy_evaluated/disposition", AggregateReportVerdict.Conforms },
                { "<dkim>pass<", "<dkim>fail<", "pass_though_failed record/row/policy_evaluated/disposition", AggregateReportVerdict.Salvaged },
                { "<disposition>pass</disposition><dkim>pass<", "<disposition>none</disposition><dkim>fail<", "reason_missing record/row/policy_evaluated/reason", AggregateReportVerdict.Salvaged },
                { "<spf>fail</spf>", "<spf>fail</spf><reason><type>forwarded</type></reason>", "obsolete_value record/row/policy_evaluated/reason/type", AggregateReportVerdict.Salvaged },
                { "<spf>fail</spf>", "<spf>fail</spf><reason><type></type></reason>", "empty_element record/row/policy_evaluated/reason/type", AggregateReportVerdict.Salvaged },
                { "<spf>fail</spf>", "<spf>pass</spf>", "spf_pass_unexplained record/row/policy_evaluated/spf", AggregateReportVerdict.Conforms },
                { "<dkim><domain>example.com<", "<dkim><domain>example.net<", "foreign_pass record/row/policy_evaluated/dkim", AggregateReportVerdict.Conforms },
                { "<dkim><domain>example.com<", "<dkim><domain>mail.example.com<", "", AggregateReportVerdict.Conforms },
                { "<header_from>example.com<", "<header_from>b\u00fccher.example<", "not_a_domain record/identifiers/header_from\nforeign_pass record/row/policy_evaluated/dkim", AggregateReportVerdict.Salvaged },
                { "<header_from>example.com<", "<header_from>alice@example.com<", "local_part record/identifiers/header_from\nforeign_pass record/row/policy_evaluated/dkim", AggregateReportVerdict.Salvaged },
                { "<header_from>", "<envelope_from/><header_from>", "", AggregateReportVerdict.Conforms },
                { "<selector>s</selector>", "", "missing_element record/auth_results/dkim/selector", AggregateReportVerdict.Salvaged },
                { "<scope>mfrom", "<scope>helo", "wrong_scope record/auth_results/spf/scope", AggregateReportVerdict.Salvaged },
                { "<result>fail<", "<result>hardfail<", "invalid_value record/auth_results/spf/result", AggregateReportVerdict.Salvaged },
                { "</spf></auth_results>", "</spf><spf><domain>h.example</domain><result>none</result></spf></auth_results>", "several_spf record/auth_results/spf", AggregateReportVerdict.Salvaged },
                { "<auth_results><dkim>", "<auth_results><spf><domain>a.example</domain><result>none</result></spf><dkim>", "wrong_order record/auth_results/dkim\nseveral_spf record/auth_results/spf", AggregateReportVerdict.Salvaged },
                { "</auth_results></record>", "</auth_results><x:y xmlns:x=\"urn:x\"><z>1</z></x:y></record>", "", AggregateReportVerdict.Conforms },
                { "<record><row>", "<record><x:y xmlns:x=\"urn:x\"/><row>", "unknown_element record", AggregateReportVerdict.Salvaged },
                { "</policy_published>", "</policy_published><extension><a xmlns=\"urn:x\"><b>c</b></a></extension>", "", AggregateReportVerdict.Conforms },
                { "<org_name>Receiver<", "<org_name>A & B <", "stray_markup", AggregateReportVerdict.Salvaged },
                { "<org_name>Receiver<", "<org_name>A&nbsp;B<", "stray_markup", AggregateReportVerdict.Salvaged },
                { "<org_name>Receiver<", "<org_name><![CDATA[A <& B]]><", "", AggregateReportVerdict.Conforms },
                { "<org_name>Receiver<", "<org_name>A ]]> B<", "", AggregateReportVerdict.Conforms },
                { "<org_name>Receiver<", "<org_name><![CDATA[unfinished", "not_well_formed\nperiod_missing report_metadata/date_range\npolicy_domain_missing policy_published/domain\nno_record record", AggregateReportVerdict.Unusable },
                { "<org_name>Receiver<", "<org_name>A<!-- < & -- --><?x <>?>B<", "", AggregateReportVerdict.Conforms },
                { "<org_name>Receiver<", "<org_name>A\u0001B<", "control_character", AggregateReportVerdict.Salvaged },
                { "<org_name>Receiver<", "<org_name>A&#0;B<", "control_character", AggregateReportVerdict.Salvaged },
                { "<org_name>Receiver<", "<org_name>\ud83d\ude00&#x1F600;<", "", AggregateReportVerdict.Conforms },
                { "<org_name>Receiver<", "<org_name> <", "empty_element report_metadata/org_name", AggregateReportVerdict.Salvaged },
                { "<row>", "text<row>", "stray_text record", AggregateReportVerdict.Salvaged },
                { "</feedback>", "</feedback><!-- end -->\n", "", AggregateReportVerdict.Conforms },
                { "</feedback>", "</feedback>rest", "not_well_formed", AggregateReportVerdict.Salvaged },
                { "</feedback>", "", "not_well_formed", AggregateReportVerdict.Salvaged },
                { "</auth_results></record></feedback>", "", "not_well_formed\nno_record record", AggregateReportVerdict.Unusable },
                { "</feedback>", "<record/></feedback>", "missing_element record/row\nmissing_element record/identifiers\nmissing_element record/auth_results\nrecord_left_out record", AggregateReportVerdict.Salvaged },
                { Now, "<!DOCTYPE feedback [<!ENTITY a \"b\">]>" + Now, "document_type\nnot_a_report", AggregateReportVerdict.Unusable },
                { Now, "<html>", "not_well_formed\nnot_a_report", AggregateReportVerdict.Unusable },
                { Now, "\n\n" + Now, "leading_text", AggregateReportVerdict.Salvaged },
                { Now, "<feedback xmlns=\"urn:other\">", "unknown_namespace\ninvalid_value record/row/policy_evaluated/disposition", AggregateReportVerdict.Salvaged },
                { Now, "<feedback>", "no_namespace\ninvalid_value record/row/policy_evaluated/disposition", AggregateReportVerdict.Salvaged },
                { Now, "<a:feedback xmlns:a=\"http://dmarc.org/dmarc-xml/0.1\">", "invalid_value record/row/policy_evaluated/disposition\nnot_well_formed", AggregateReportVerdict.Salvaged },
                { Now, "<?xml version=\"1.0\" encoding=\"koi8-r\"?>" + Now, "unknown_encoding", AggregateReportVerdict.Salvaged },
            };
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_has_its_findings_and_verdict(string replaced, string by, string findings, AggregateReportVerdict verdict)
    {
        var xml = (Now + Body).Replace(replaced, by, StringComparison.Ordinal);
        Assert.True(replaced == by || xml != Now + Body, "Nothing was replaced.");
        var report = await ReportSamples.ReadAsync(xml);

        Assert.Equal(findings.Replace("document_type\nnot_a_report", "document_type", StringComparison.Ordinal), ReportSamples.Lines(report.Findings));
        Assert.Equal(verdict, report.Verdict);
        Assert.All(report.Findings, static finding => Assert.NotEmpty(finding.ToString()));
    }

    [Fact]
    public async Task However_the_bytes_are_cut_the_report_is_the_same()
    {
        var xml = (Now + Body).Replace(">Receiver<", "> A & B <x@ \ud83d\ude00 &amp; \u0002 <![CDATA[a]]]]><![CDATA[> <b>&c;]] ]]]><!-- - -->e<", StringComparison.Ordinal);
        var expected = await ReportSamples.ReadAsync(xml);
        foreach (var size in (int[])[1, 2, 3, 7, 64, 511])
        {
            await using var stream = new SlowStream(Encoding.UTF8.GetBytes(xml), size);
            var report = await AggregateReportReader.ReadAllAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal("A & B <x@ \ud83d\ude00 & \ufffd a]]> <b>&c;]] ]e", report.Metadata!.OrganizationName);
            Assert.Equal(ReportSamples.Lines(expected.Findings), ReportSamples.Lines(report.Findings));
            Assert.Equal(expected.Records.Select(ReportText.Of), report.Records.Select(ReportText.Of));
        }
    }

    [Theory]
    [InlineData("windows-1252", "invalid_encoding")]
    [InlineData("iso-8859-1", "invalid_encoding")]
    public async Task Western_bytes_are_read_as_they_are_meant(string encoding, string finding)
    {
        byte[] xml = [.. Encoding.ASCII.GetBytes($"<?xml version=\"1.0\" encoding='{encoding}'?>{Now}"), .. Encoding.Latin1.GetBytes(Body.Replace("Receiver", "B\u00fccher \u0096", StringComparison.Ordinal))];
        var report = await ReportSamples.ReadAsync(xml);
        Assert.Equal("B\u00fccher \u2013", report.Metadata!.OrganizationName);
        Assert.Empty(report.Findings);

        // A byte that the encoding does not have.
        xml[Array.IndexOf(xml, (byte)0x96)] = 0x81;
        Assert.Equal(finding, ReportSamples.Lines((await ReportSamples.ReadAsync(xml)).Findings));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_byte_order_mark_tells_the_encoding(bool isBigEndian)
    {
        var encoding = new UnicodeEncoding(isBigEndian, byteOrderMark: true);
        var report = await ReportSamples.ReadAsync([.. encoding.Preamble, .. encoding.GetBytes(Now + Body)]);
        Assert.Equal((AggregateReportVerdict.Conforms, 2L), (report.Verdict, report.MessageCount));
        Assert.Equal(AggregateReportVerdict.Conforms, (await ReportSamples.ReadAsync([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Now + Body)])).Verdict);
    }

    [Fact]
    public async Task The_SPF_result_of_MAIL_FROM_counts_wherever_it_is()
    {
        var spf = "<spf><domain>h.example</domain><scope>helo</scope><result>pass</result></spf>";
        foreach (var xml in (string[])[Body.Replace("<spf><domain>", spf + "<spf><domain>", StringComparison.Ordinal), Body.Replace("</spf></auth", "</spf>" + spf + "</auth", StringComparison.Ordinal)])
        {
            var report = await ReportSamples.ReadAsync("<feedback>" + xml.Replace("<disposition>pass", "<disposition>none", StringComparison.Ordinal));
            Assert.Equal(("example.net", "mfrom"), (report.Records[0].SpfResult!.Domain, report.Records[0].SpfResult!.Scope));
            Assert.Equal(AggregateReportVerdict.Conforms, report.Verdict);
        }
    }

    [Fact]
    public async Task The_policy_may_come_after_the_rows()
    {
        const string Policy = "<policy_published><domain>example.com</domain><p>reject</p></policy_published>";
        var report = await ReportSamples.ReadAsync(Now + Body.Replace(Policy, "", StringComparison.Ordinal).Replace("</record>", "</record>" + Policy, StringComparison.Ordinal));
        Assert.Equal("wrong_order policy_published", ReportSamples.Lines(report.Findings));
        Assert.Equal((AggregateReportVerdict.Salvaged, "example.com"), (report.Verdict, report.Policy!.Domain));
    }

    [Fact]
    public async Task Equal_findings_of_many_rows_are_one_with_a_count()
    {
        var record = Body[Body.IndexOf("<record>", StringComparison.Ordinal)..Body.IndexOf("</feedback>", StringComparison.Ordinal)].Replace("<count>2<", "<count>0<", StringComparison.Ordinal);
        var report = await ReportSamples.ReadAsync((Now + Body).Replace("</feedback>", string.Concat(Enumerable.Repeat(record, 50)) + "</feedback>", StringComparison.Ordinal));
        var finding = Assert.Single(report.Findings);
        Assert.Equal((AggregateFindingCode.CountNotPositive, 50L, 2L), (finding.Code, finding.Occurrences, finding.Record));
        Assert.Equal((51L, 2L), (report.RecordCount, report.MessageCount));
    }

    [Fact]
    public async Task A_sum_past_the_largest_number_is_cut()
    {
        var record = Body[Body.IndexOf("<record>", StringComparison.Ordinal)..Body.IndexOf("</feedback>", StringComparison.Ordinal)].Replace("<count>2<", $"<count>{long.MaxValue}<", StringComparison.Ordinal);
        var report = await ReportSamples.ReadAsync((Now + Body).Replace("</feedback>", record + "</feedback>", StringComparison.Ordinal));
        Assert.Equal((long.MaxValue, "count_overflow record/row/count"), (report.MessageCount, ReportSamples.Lines(report.Findings)));
    }

    [Fact]
    public async Task What_the_caller_throws_reaches_the_caller()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(Now + Body));
        await Assert.ThrowsAsync<System.Xml.XmlException>(() => AggregateReportReader.ReadAsync(
            stream, static (_, _) => throw new System.Xml.XmlException("mine"), cancellationToken: TestContext.Current.CancellationToken));
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class SlowStream(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
