using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Tests.Reading;

namespace EmailAuth.Reports.Tests.Feedback;

/// <summary>Failure reports (RFC 6591, RFC 9991): what each kind needs, and contradictions.</summary>
public sealed class FailureReportTests
{
    private const string Dmarc = """
        Feedback-Type: auth-failure
        User-Agent: x
        Version: 1
        Auth-Failure: dmarc
        Authentication-Results: mx.example; dmarc=fail header.from=example.com
        Identity-Alignment: dkim, spf
        Reported-Domain: example.com
        DKIM-Domain: other.example
        DKIM-Identity: @other.example
        DKIM-Selector: s
        SPF-DNS: txt : example.com : "v=spf1 -all"
        Delivery-Result: reject

        """;

    /// <summary>What to change in a conforming report, into what, and what is found.</summary>
    public static TheoryData<string, string, string, string> Changes => new()
    {
        { "Auth-Failure: dmarc\n", "", "failure_field_missing", "Auth-Failure" },
        { "Auth-Failure: dmarc\n", "Auth-Failure: luck\n", "failure_word_unknown", "Auth-Failure" },
        { "Identity-Alignment: dkim, spf\n", "", "failure_field_missing", "Identity-Alignment" },
        { "Identity-Alignment: dkim, spf\n", "Identity-Alignment: (both) dkim , arc\n", "failure_word_unknown", "Identity-Alignment" },
        { "Identity-Alignment: dkim, spf\n", "Identity-Alignment: none\n", "failure_contradiction", "DMARC failed, and no mechanism did" },
        { "dmarc=fail", "dmarc=pass", "failure_contradiction", "DMARC failed, and its result is pass" },
        { "Reported-Domain: example.com\n", "", "failure_field_missing", "Reported-Domain" },
        { "DKIM-Selector: s\n", "", "failure_field_missing", "DKIM-Selector" },
        { "SPF-DNS: txt : example.com : \"v=spf1 -all\"\n", "", "failure_field_missing", "SPF-DNS" },
        { "Delivery-Result: reject", "Delivery-Result: smg-policy-action", "failure_word_unknown", "Delivery-Result" },
        { "Authentication-Results: mx.example; dmarc=fail header.from=example.com\n", "", "failure_field_missing", "Authentication-Results" },
        { "Auth-Failure: dmarc\n", "Auth-Failure: spf\nAuthentication-Results: mx.example; spf=fail\n", "feedback_field_repeated", "Authentication-Results" },
    };

    [Fact]
    public async Task A_DMARC_failure_report_conforms()
    {
        var report = await ReadAsync(Dmarc);
        Assert.Equal(["mail_not_verified"], Sample.Codes(report));
        Assert.Equal((ReportKind.Failure, FailedCheck.Dmarc, DeliveryResult.Reject), (report.Kind, report.Feedback!.Failure!.Check, report.Feedback.Failure.Delivery));
        Assert.Equal(["dkim", "spf"], report.Feedback.Failure.UnalignedMechanisms!.Value);
        Assert.Equal(["txt : example.com : \"v=spf1 -all\""], report.Feedback.Failure.SpfDns);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task What_is_missing_or_contradicts_itself_is_found(string from, string to, string code, string argument)
    {
        var fields = Dmarc.ReplaceLineEndings("\n");
        Assert.Contains(from, fields, StringComparison.Ordinal);
        var report = await ReadAsync(fields.Replace(from, to, StringComparison.Ordinal));
        Assert.Equal(ReportVerdict.Salvaged, report.Verdict);
        Assert.Contains(report.Findings, finding => finding.Code.Keyword() == code && finding.Arguments.Contains(argument));
    }

    [Theory]
    [InlineData("bodyhash")]
    [InlineData("revoked")]
    [InlineData("signature")]
    public async Task A_failed_signature_is_named(string check)
    {
        var fields = Dmarc.ReplaceLineEndings("\n").Replace("Auth-Failure: dmarc", $"Auth-Failure: {check}", StringComparison.Ordinal);
        Assert.Equal(["mail_not_verified"], Sample.Codes(await ReadAsync(fields)));
        Assert.Contains("failure_field_missing", Sample.Codes(await ReadAsync(fields.Replace("DKIM-Domain: other.example\n", "", StringComparison.Ordinal))));
    }

    // parsedmarc issues 77 and 109; the default text of Exim.
    [Fact]
    public async Task A_report_that_is_only_text_is_read_from_its_lines()
    {
        const string Text = """
            From: no-reply@mailgate.example
            Subject: DMARC Forensic Report for example.com from IP 203.0.113.68
            Content-Type: text/plain

            A message claiming to be from you has failed the published DMARC policy for your domain.

              Sender Domain: example.com
              Sender IP Address: 203.0.113.68
              Received date: Mon, 07 Apr 2025 23:16:09 +0200
              SPF Alignment: no
              DKIM Alignment: yes
              DMARC Results: None, Accept

            ------ This is a copy of the headers that were received before the error was detected.

            From: <user@example.com>
            Message-Id: <1@example.com>
            """;
        var report = await Sample.ReadOneAsync(Text);
        Assert.Equal(["feedback_text_only", "mail_not_verified"], Sample.Codes(report));
        var feedback = report.Feedback!;
        Assert.Equal(("203.0.113.68", "example.com", FailedCheck.Dmarc), (feedback.SourceAddress, feedback.ReportedDomains[0], feedback.Failure!.Check));
        Assert.Equal(["spf"], feedback.Failure.UnalignedMechanisms!.Value);
        Assert.Equal("<1@example.com>", feedback.Original!["Message-ID"]);
    }

    private static Task<ReadReport> ReadAsync(string fields) => Sample.ReadOneAsync(Sample.Feedback(fields, "From: a@example.com\nMessage-ID: <1@example.com>\n"));
}
