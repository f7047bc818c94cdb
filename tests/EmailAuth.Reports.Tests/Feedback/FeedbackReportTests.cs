using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Tests.Reading;

namespace EmailAuth.Reports.Tests.Feedback;

/// <summary>Feedback reports (RFC 5965): each field, and what is missing, doubled or malformed.</summary>
public sealed class FeedbackReportTests
{
    private const string Required = "Feedback-Type: abuse\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n";

    private const string Original = "From: list@example.com\nMessage-ID: <1@example.com>\nSubject: Offer\n";

    // RFC 5965 section 3.2: these appear at most once.
    public static TheoryData<string> SingleFields =>
    [
        "Feedback-Type: abuse", "User-Agent: x", "Version: 1", "Arrival-Date: Thu, 8 Mar 2005 14:00:00 EDT", "Incidents: 2", "Original-Envelope-Id: x", "Original-Mail-From: <a@b.example>",
        "Reporting-MTA: dns; x.example", "Source-IP: 192.0.2.1", "Source-Port: 25", "Auth-Failure: spf", "Identity-Alignment: spf", "Delivery-Result: spam", "DKIM-Domain: x.example", "DKIM-Identity: @x.example",
        "DKIM-Selector: s", "DKIM-Canonicalized-Header: YQ==", "DKIM-Canonicalized-Body: YQ==", "DKIM-Selector-DNS: \"v=DKIM1\"", "DKIM-ADSP-DNS: x",
    ];

    public static TheoryData<string, string> Malformed => new()
    {
        { "Incidents: 4294967296", "2^32 is more than 32 bits" },
        { "Incidents: -1", "not unsigned" },
        { "Incidents: many", "not a number" },
        { "Source-IP: mail.example", "not an address" },
        { "Source-Port: 65536", "more than 16 bits" },
        { "Arrival-Date: yesterday", "not a date" },
    };

    [Fact]
    public async Task All_fields_are_read()
    {
        var report = await ReadAsync(Required + """
            Original-Mail-From: <somespammer@example.net>
            Original-Rcpt-To: <user@example.com>
            Original-Rcpt-To: <other@example.com>
            Original-Envelope-Id: o3F52gxO029144
            Arrival-Date: Thu, 8 Mar 2005 14:00:00 EDT
            Reporting-MTA: dns; mail.example.com (the MTA)
            Source-IP: 192.0.2.1 (unknown)
            Source-Port: 51234
            Incidents: 17
            Authentication-Results: mail.example.com;
              spf=fail smtp.mail=somespammer@example.com
            Reported-Domain: example.net
            Reported-URI: http://example.net/earn_money.html
            Reported-URI: mailto:user@example.com
            Removal-Recipient: user@example.com

            """);
        Assert.Equal(["mail_not_verified"], Sample.Codes(report));
        var feedback = report.Feedback!;
        Assert.Equal((ReportKind.Feedback, FeedbackType.Abuse, "SomeGenerator/1.0", "1"), (report.Kind, feedback.Type, feedback.UserAgent, feedback.Version));
        Assert.Equal("somespammer@example.net", feedback.OriginalMailFrom);
        Assert.Equal(["user@example.com", "other@example.com"], feedback.OriginalRecipients);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1110304800), feedback.ArrivalDate);
        Assert.Equal(("mail.example.com", "192.0.2.1", 51234, 17, "o3F52gxO029144"), (feedback.ReportingMta, feedback.SourceAddress, feedback.SourcePort, feedback.Incidents, feedback.OriginalEnvelopeId));
        Assert.Equal(["mail.example.com; spf=fail smtp.mail=somespammer@example.com"], feedback.AuthenticationResults);
        Assert.Equal(["http://example.net/earn_money.html", "mailto:user@example.com"], feedback.ReportedUris);
        Assert.Equal("Removal-Recipient: user@example.com", Assert.Single(feedback.OtherFields).ToString());
    }

    [Theory]
    [MemberData(nameof(SingleFields))]
    public async Task A_doubled_field_is_a_fault_and_the_first_counts(string field)
    {
        var name = field[..field.IndexOf(':', StringComparison.Ordinal)];
        var fields = Required.Contains(name, StringComparison.Ordinal) ? Required : $"{Required}{field}\n";
        var report = await ReadAsync(fields + $"{name.ToUpperInvariant()}: other\n");
        Assert.Contains("feedback_field_repeated", Sample.Codes(report));
        Assert.Equal(ReportVerdict.Salvaged, report.Verdict);
        Assert.NotEqual("other", report.Feedback!.TypeText);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_value_is_a_fault(string field, string why)
    {
        var report = await ReadAsync($"{Required}{field}\n");
        Assert.True(report.Findings.Any(finding => finding.Code == ReportFindingCode.FeedbackFieldMalformed), why);
        Assert.Equal(1, report.Feedback!.Incidents);
    }

    [Theory]
    [InlineData("Incidents: 4294967295", 4294967295)]
    [InlineData("Incidents: 0", 0)]
    public async Task Incidents_have_32_bits(string field, long expected) => Assert.Equal(expected, (await ReadAsync($"{Required}{field}\n")).Feedback!.Incidents);

    [Fact]
    public async Task Names_have_no_case_and_values_may_be_folded_and_have_comments()
    {
        var report = await ReadAsync("FEEDBACK-TYPE: (it is)\n abuse\nuser-agent: x\nVERSION: 1 (one)\n");
        Assert.Equal((FeedbackType.Abuse, "1"), (report.Feedback!.Type, report.Feedback.Version));
        Assert.Equal(["mail_not_verified"], Sample.Codes(report));
    }

    // RFC 5322 section 3.2.4: what looks like a comment in a quoted string is not one.
    [Fact]
    public async Task A_quoted_local_part_may_have_parentheses()
    {
        var report = await ReadAsync(Required + """
            Original-Mail-From: <"a(b"@sender.example> (a "comment" \) that ends)
            Original-Rcpt-To: <"x)y(z"@isp.example>
            Original-Rcpt-To: (first) <"q\"(w"@isp.example>

            """);
        Assert.Equal("\"a(b\"@sender.example", report.Feedback!.OriginalMailFrom);
        Assert.Equal(["\"x)y(z\"@isp.example", "\"q\\\"(w\"@isp.example"], report.Feedback.OriginalRecipients);
    }

    [Fact]
    public async Task The_null_path_is_empty_and_not_missing()
    {
        Assert.Equal(string.Empty, (await ReadAsync($"{Required}Original-Mail-From: <>\n")).Feedback!.OriginalMailFrom);
        Assert.Null((await ReadAsync(Required)).Feedback!.OriginalMailFrom);
    }

    [Fact]
    public async Task Received_Date_is_the_old_name_and_both_together_are_a_fault()
    {
        var old = await ReadAsync($"{Required}Received-Date: Thu, 8 Mar 2005 14:00:00 -0400\n");
        Assert.Equal((ReportVerdict.Conforms, 1110304800), (old.Verdict, old.Feedback!.ArrivalDate!.Value.ToUnixTimeSeconds()));
        var both = await ReadAsync($"{Required}Received-Date: Thu, 8 Mar 2005 14:00:00 -0400\nArrival-Date: Thu, 8 Mar 2005 14:00:00 -0400\n");
        Assert.Contains("feedback_field_repeated", Sample.Codes(both));
    }

    [Fact]
    public async Task What_is_missing_is_named_and_a_type_that_is_not_registered_is_kept()
    {
        var report = await ReadAsync("Feedback-Type: opt-out\n");
        Assert.Equal(["User-Agent", "Version"], report.Findings.Where(finding => finding.Code == ReportFindingCode.FeedbackFieldMissing).SelectMany(finding => finding.Arguments).Order());
        Assert.Equal((FeedbackType.Unknown, "opt-out"), (report.Feedback!.Type, report.Feedback.TypeText));
        Assert.Equal(FeedbackType.NotSpam, (await ReadAsync(Required.Replace("abuse", "not-spam", StringComparison.Ordinal))).Feedback!.Type);
    }

    [Fact]
    public async Task Another_version_is_kept_and_a_fault()
    {
        var report = await ReadAsync(Required.Replace("Version: 1", "Version: 2", StringComparison.Ordinal));
        Assert.Equal(("2", ReportVerdict.Salvaged), (report.Feedback!.Version, report.Verdict));
    }

    // rspamd's reading of Microsoft's reports of 2026: Source-IP, Arrival-Date and Original-* are missing.
    [Fact]
    public async Task A_sparse_report_of_a_junk_mail_programme_is_told_by_the_header_of_the_message()
    {
        var report = await Sample.ReadOneAsync(Sample.Feedback(Required, "From: news@example.com\nFeedback-ID: c17:u99:news:examplecom\nReturn-Path: <bounce-joe=example.org@example.com>\n\n"));
        Assert.Equal(["c17:u99:news:examplecom"], report.Feedback!.Tokens.Where(token => token.Kind == RecipientTokenKind.FeedbackId).Select(token => token.Value));
        Assert.Equal("joe@example.org", report.Feedback.Tokens.Single(token => token.Kind == RecipientTokenKind.ReturnPath).Recipient);
        Assert.Null(report.Feedback.SourceAddress);
    }

    [Fact]
    public async Task A_third_part_in_base64_is_read()
    {
        var encoded = Convert.ToBase64String("Message-ID: <7@example.com>\r\nFrom: a@example.com\r\n\r\nbody"u8);
        var report = await Sample.ReadOneAsync(Sample.Feedback(Required, encoded, third: "message/rfc822\r\nContent-Transfer-Encoding: base64"));
        Assert.Equal("<7@example.com>", report.Feedback!.Original!["message-id"]);
        Assert.True(report.Feedback.Original.HasBody);
    }

    [Fact]
    public async Task A_missing_third_part_is_a_fault()
    {
        var mail = Sample.Feedback(Required, Original);
        var report = await Sample.ReadOneAsync(mail[..mail.LastIndexOf("--b\r\nContent-Type: text/rfc822-headers", StringComparison.Ordinal)] + "--b--\r\n");
        Assert.Contains("feedback_original_missing", Sample.Codes(report));
        Assert.Contains("feedback_no_token", Sample.Codes(report));
    }

    [Fact]
    public async Task A_report_in_the_third_part_is_not_read()
    {
        var inner = Sample.Feedback("Feedback-Type: fraud\nVersion: 1\nUser-Agent: x\n", Original).Replace("boundary=b", "boundary=c", StringComparison.Ordinal).Replace("--b", "--c", StringComparison.Ordinal);
        var report = await Sample.ReadOneAsync(Sample.Feedback(Required, inner, third: "message/rfc822"));
        Assert.Equal((FeedbackType.Abuse, "FW: x"), (report.Feedback!.Type, report.Feedback.Original!["Subject"]));

        // Nor where nothing says that the mail is a feedback report but the part itself.
        var mixed = await Sample.ReadOneAsync(Sample.Feedback(Required, inner, third: "message/rfc822").Replace("multipart/report; report-type=feedback-report; boundary=b", "multipart/mixed; boundary=b", StringComparison.Ordinal));
        Assert.Equal(FeedbackType.Abuse, mixed.Feedback!.Type);
        Assert.Contains("feedback_mail_form", Sample.Codes(mixed));
    }

    [Fact]
    public async Task Fields_are_bounded()
    {
        var report = await ReadAsync(Required + string.Concat(Enumerable.Range(0, 2000).Select(i => $"X-{i}: y\n")));
        Assert.Contains("feedback_too_many_fields", Sample.Codes(report));
        Assert.Equal(497, report.Feedback!.OtherFields.Length);
    }

    private static Task<ReadReport> ReadAsync(string fields) => Sample.ReadOneAsync(Sample.Feedback(fields, Original));
}
