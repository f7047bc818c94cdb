using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Tests.Reading;
using EmailAuth.Reports.Tls;

namespace EmailAuth.Reports.Tests.Tls;

/// <summary>TLS reports (RFC 8460 section 4.4): the standard's own form, and what is met in the wild.</summary>
public sealed class TlsReportTests
{
    // RFC 8460 appendix B, shortened to two kinds of failure.
    private const string Conforming = """
        {"organization-name":"Company-X","date-range":{"start-datetime":"2016-04-01T00:00:00Z","end-datetime":"2016-04-01T23:59:59Z"},
        "contact-info":"sts-reporting@company-x.example","report-id":"5065427c-23d3-47ca-b6e0-946ea0e8c4be","policies":[{"policy":{"policy-type":"sts",
        "policy-string":["version: STSv1","mode: testing","mx: *.mail.company-y.example","max_age: 86400"],"policy-domain":"company-y.example",
        "mx-host":["*.mail.company-y.example"]},"summary":{"total-successful-session-count":5326,"total-failure-session-count":303},
        "failure-details":[{"result-type":"certificate-expired","sending-mta-ip":"2001:db8:abcd:0012::1","receiving-mx-hostname":"mx1.mail.company-y.example",
        "failed-session-count":100},{"result-type":"starttls-not-supported","sending-mta-ip":"2001:db8:abcd:0013::1",
        "receiving-mx-hostname":"mx2.mail.company-y.example","receiving-ip":"203.0.113.56","failed-session-count":203,
        "additional-information":"https://reports.company-x.example/report_info"}]}]}
        """;

    /// <summary>What to change in the report, into what, and what is found.</summary>
    public static TheoryData<string, string, string, string> Changes => new()
    {
        { "\"mx-host\":[\"*.mail.company-y.example\"]", "\"mx-host\":\"*.mail.company-y.example\"", "conforms", "tls_hosts_as_one_text" },
        { "\"policy-string\":[\"version: STSv1\",\"mode: testing\",\"mx: *.mail.company-y.example\",\"max_age: 86400\"],", "", "conforms", "" },
        { "[\"version: STSv1\",\"mode: testing\",\"mx: *.mail.company-y.example\",\"max_age: 86400\"]", "\"version: STSv1\\r\\nmode: testing\\n\"", "salvaged", "tls_policy_as_one_text" },
        { "[\"version: STSv1\",\"mode: testing\",\"mx: *.mail.company-y.example\",\"max_age: 86400\"]", "[\"version: STSv1\\nmode: testing\\n\"]", "salvaged", "tls_policy_as_one_text" },
        { "\"policy-domain\":\"company-y.example\",", "", "salvaged", "tls_member_missing" },
        { "\"total-successful-session-count\":5326", "\"total-successful-session-count\":\"5326\"", "salvaged", "tls_number_as_text" },
        { "\"total-successful-session-count\":5326", "\"total-successful-session-count\":-1", "salvaged", "json_number_out_of_range" },
        { "\"total-successful-session-count\":5326", "\"total-successful-session-count\":9007199254740992", "salvaged", "json_number_out_of_range" },
        { "\"total-successful-session-count\":5326", "\"total-successful-session-count\":1e999", "salvaged", "json_number_out_of_range" },
        { "\"total-successful-session-count\":5326", "\"total-successful-session-count\":NaN", "unusable", "json_malformed" },
        { "2016-04-01T00:00:00Z", "2016-04-01T00:00:00", "salvaged", "tls_date_without_zone" },
        { "2016-04-01T00:00:00Z", "2016-04-01 00:00:00", "salvaged", "tls_date_without_zone" },
        { "2016-04-01T00:00:00Z", "2016-04-01T02:00:00+02:00", "conforms", "" },
        { "2016-04-01T00:00:00Z", "2016-03-31T22:00:00.000-02:00", "conforms", "" },
        { "2016-04-01T00:00:00Z", "1st of April", "salvaged", "tls_date_malformed" },
        { "2016-04-01T23:59:59Z", "2016-04-01T23:59:59.999999999Z", "conforms", "" },
        { "2016-04-01T23:59:59Z", "2016-04-01T23:59:60Z", "conforms", "" },
        { "2016-04-01T23:59:59Z", "2016-04-01T23:59:61Z", "salvaged", "tls_date_malformed" },
        { "2016-04-01T23:59:59Z", "2016-04-01T23:59:59.1234567899", "salvaged", "tls_date_without_zone" },
        { "2016-04-01T00:00:00Z", "2016-04-03T00:00:00Z", "salvaged", "tls_period_reversed" },
        { "2016-04-01T00:00:00Z", "2016-03-25T00:00:00Z", "conforms", "tls_period_long" },
        { "\"policy-type\":\"sts\"", "\"policy-type\":\"dane\"", "salvaged", "tls_policy_type_unknown" },
        { "certificate-expired", "certificate-mislaid", "conforms", "tls_result_type_unknown" },
        { "\"failed-session-count\":100", "\"failed-session-count\":400", "salvaged", "tls_failures_exceed_total" },
        { "\"failed-session-count\":100", "\"failed-session-count\":10", "conforms", "tls_failures_unexplained" },
        { "\"failed-session-count\":100", "\"failed-session-count\":300", "conforms", "" },
        { "\"total-failure-session-count\":303", "\"total-failure-session-count\":0", "salvaged", "tls_failures_exceed_total" },
        { "{\"organization-name\":\"Company-X\",", "{\"organization-name\":\"Company-X\",\"organization-name\":\"Other\",", "salvaged", "json_duplicate_name" },
        { "{\"organization-name\":\"Company-X\",", "\uFEFF{\"organization-name\":\"Company-X\",", "salvaged", "json_byte_order_mark" },
        { "\"Company-X\"", "\"\\ud800\"", "unusable", "json_malformed" },
        { "\"Company-X\"", "7", "salvaged", "tls_member_type" },
        { "\"report-id\"", "\"id\"", "salvaged", "tls_member_missing" },
    };

    [Fact]
    public async Task The_report_of_RFC_8460_conforms_and_all_of_it_is_read()
    {
        var report = await Sample.ReadOneAsync(Conforming);
        Assert.Equal((ReportKind.Tls, ReportVerdict.Conforms), (report.Kind, report.Verdict));
        Assert.Empty(report.Findings);
        var tls = report.Tls!;
        Assert.Equal(("Company-X", "sts-reporting@company-x.example", "5065427c-23d3-47ca-b6e0-946ea0e8c4be"), (tls.OrganizationName, tls.ContactInfo, tls.ReportId));
        var policy = Assert.Single(tls.Policies);
        Assert.Equal((TlsPolicyType.Sts, "company-y.example", 5326, 303), (policy.Type, policy.Domain, policy.SuccessfulSessions, policy.FailedSessions));
        Assert.Equal(["version: STSv1", "mode: testing", "mx: *.mail.company-y.example", "max_age: 86400"], policy.PolicyLines);
        Assert.Equal(["*.mail.company-y.example"], policy.MxHosts);
        Assert.Equal(("starttls-not-supported", 203, "203.0.113.56"), (policy.Failures[1].ResultType, policy.Failures[1].Sessions, policy.Failures[1].ReceivingAddress));
        var key = report.Key!.Value;
        Assert.Equal(("company-x.example", "company-y.example", DateTimeOffset.Parse("2016-04-01T00:00:00Z", null)), (key.Submitter, key.Domain, key.Begin));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task What_is_met_in_the_wild_is_read_with_a_finding(string from, string to, string verdict, string code)
    {
        Assert.Contains(from, Conforming, StringComparison.Ordinal);
        var report = await Sample.ReadOneAsync(Conforming.Replace(from, to, StringComparison.Ordinal));
        Assert.Equal(verdict, report.Verdict.Keyword());
        Assert.Equal(code.Length == 0 ? [] : [code], Sample.Codes(report));
        Assert.Equal(verdict == "unusable", report.Tls is null);
    }

    // RFC 3339 section 5.6: a fraction has one digit or more, and 60 is the second of a leap second.
    [Theory]
    [InlineData("2016-04-01T23:59:59.999999999Z", "2016-04-01T23:59:59.9999999Z")]
    [InlineData("2016-04-01T23:59:59.123456789012345678901234567890+00:00", "2016-04-01T23:59:59.1234567Z")]
    [InlineData("2016-04-01T23:59:59.5Z", "2016-04-01T23:59:59.5Z")]
    [InlineData("2016-04-01T23:59:60Z", "2016-04-01T23:59:59Z")]
    [InlineData("2016-04-01T15:59:60.25-08:00", "2016-04-01T23:59:59.25Z")]
    public async Task A_date_of_RFC_3339_is_read(string date, string expected)
    {
        var report = await Sample.ReadOneAsync(Conforming.Replace("2016-04-01T23:59:59Z", date, StringComparison.Ordinal));
        Assert.Empty(report.Findings);
        Assert.Equal(DateTimeOffset.Parse(expected, null), report.Tls!.End);
    }

    [Fact]
    public async Task Failure_details_that_are_null_are_none()
    {
        var report = await Sample.ReadOneAsync(Conforming[..Conforming.IndexOf("\"failure-details\"", StringComparison.Ordinal)] + "\"failure-details\":null}]}");
        Assert.Equal(["tls_member_type"], Sample.Codes(report));
        Assert.Empty(report.Tls!.Policies[0].Failures);
        Assert.Equal(303, report.Tls.Policies[0].FailedSessions);
    }

    [Fact]
    public async Task A_whole_policy_in_one_text_is_split_into_its_lines()
    {
        var report = await Sample.ReadOneAsync(Conforming.Replace(
            "[\"version: STSv1\",\"mode: testing\",\"mx: *.mail.company-y.example\",\"max_age: 86400\"]", "\"version: STSv1\\r\\nmode: testing\\r\\n\"", StringComparison.Ordinal));
        Assert.Equal(["version: STSv1", "mode: testing"], report.Tls!.Policies[0].PolicyLines);
    }

    [Fact]
    public async Task Without_policies_the_report_is_salvaged()
    {
        var report = await Sample.ReadOneAsync("{\"organization-name\":\"x\",\"contact-info\":\"a@b.example\",\"report-id\":\"1\",\"date-range\":{}}");
        Assert.Equal(ReportVerdict.Salvaged, report.Verdict);
        Assert.Equal(["date-range/start-datetime", "date-range/end-datetime", "policies"], report.Findings.Select(finding => finding.Place));
    }

    [Fact]
    public async Task Depth_is_bounded()
    {
        var deep = await Sample.ReadOneAsync("{\"policies\":" + new string('[', 100_000));
        Assert.Equal(["json_too_deep"], Sample.Codes(deep));
        Assert.Equal(ReportVerdict.Unusable, deep.Verdict);
    }

    [Fact]
    public async Task Values_and_octets_are_bounded()
    {
        var many = await Sample.ReadOneAsync("{\"policies\":[" + string.Join(',', Enumerable.Repeat("1", 600_000)) + "]}");
        Assert.Equal(["json_too_many_values"], Sample.Codes(many));
        var large = await Sample.ReadOneAsync(Conforming + new string(' ', 1024), new ReportReaderOptions { MaxJsonBytes = 1024 });
        Assert.Equal(["input_too_large"], Sample.Codes(large));
    }

    [Fact]
    public async Task Ten_thousand_policies_with_faults_have_as_many_findings_as_there_are_kinds()
    {
        var policy = "{\"policy\":{\"policy-type\":\"x\"},\"summary\":{}}";
        var report = await Sample.ReadOneAsync("{\"policies\":[" + string.Join(',', Enumerable.Repeat(policy, 10_000)) + "]}");
        Assert.Equal(10_000, report.Tls!.Policies.Length);
        Assert.InRange(report.Findings.Length, 5, 15);
        Assert.Equal(10_000, report.Findings.Single(finding => finding.Code == ReportFindingCode.TlsPolicyTypeUnknown).Occurrences);
    }
}
