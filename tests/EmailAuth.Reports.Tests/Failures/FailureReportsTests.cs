using System.Text;
using EmailAuth.Policy;
using EmailAuth.Reports.Failures;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Tests.Reading;
using EmailAuth.Tests.Dkim;

namespace EmailAuth.Reports.Tests.Failures;

/// <summary>The failure reports of messages that the pipeline judged: true fields, read back as conforming.</summary>
public sealed class FailureReportsTests
{
    private const string Ruf = "; ruf=mailto:f@example.com";

    /// <summary><c>fo</c>, MAIL FROM, the client, what is done to the signature, and the reports: what failed and <c>Identity-Alignment</c>.</summary>
    public static TheoryData<string, string, string, string, string> Cases => new()
    {
        { "", "bounce@other.example", "203.0.113.9", "none", "dmarc dkim,spf" },
        { "; fo=0", "alice@example.com", "192.0.2.9", "none", "" },
        { "; fo=1", "alice@example.com", "192.0.2.9", "none", "dmarc dkim" },
        { "; fo=1", "bounce@other.example", "203.0.113.9", "good", "dmarc spf" },
        { "; fo=0:1", "bounce@other.example", "203.0.113.9", "good", "dmarc spf" },
        { "; fo=1", "alice@example.com", "192.0.2.9", "good", "" },
        { "; fo=d", "alice@example.com", "192.0.2.9", "body", "bodyhash" },
        { "; fo=d", "alice@example.com", "192.0.2.9", "header", "signature" },
        { "; fo=d", "alice@example.com", "192.0.2.9", "revoked", "revoked" },
        { "; fo=d", "bounce@other.example", "203.0.113.9", "none", "" },
        { "; fo=0:d", "bounce@other.example", "203.0.113.9", "body", "dmarc dkim,spf; bodyhash" },
        { "; fo=1:s", "alice@example.com", "203.0.113.9", "good", "dmarc spf; spf" },
        { "; fo=s", "bounce@other.example", "203.0.113.9", "none", "" },
        { "; fo=s", "bounce@other.example", "192.0.2.9", "good", "spf" },
        { "; fo=0:d:s", "alice@example.com", "203.0.113.9", "header", "dmarc dkim,spf; signature; spf" },
        { "; fo=1", "bounce@slow.example", "203.0.113.9", "good", "" },
        { "; fo=0:1:s", "bounce@slow.example", "203.0.113.9", "none", "dmarc dkim" },
        { "; fo=0", "bounce@slow.example", "203.0.113.9", "none", "" },
    };

    [Theory, MemberData(nameof(Cases))]
    public async Task Each_failure_that_the_record_asks_for_has_a_report_that_conforms(string fo, string mailFrom, string client, string signature, string expected)
    {
        var reports = await new FailureWorld { Record = "v=DMARC1; p=none" + Ruf + fo }.ReportsAsync(Signed(signature), mailFrom, client, DispositionAction.Accept);
        var read = new List<string>();
        foreach (var report in reports)
        {
            var failure = await ReadAsync(report);
            read.Add($"{failure.CheckText} {(failure.UnalignedMechanisms is { } mechanisms ? string.Join(',', mechanisms) : null)}".TrimEnd());
        }

        Assert.Equal(expected, string.Join("; ", read));
        Assert.Equal(reports.Length, reports.Select(static report => report.Kind).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task The_fields_are_those_of_the_evidence()
    {
        var report = Assert.Single(await new FailureWorld { Record = "v=DMARC1; p=reject" + Ruf }.ReportsAsync(Signed("body"), "alice@example.com", "203.0.113.9", DispositionAction.Reject));
        var hash = FailureWorld.Key.Hash("alice@example.com");
        Assert.Equal(
            $"""
            Feedback-Type: auth-failure
            User-Agent: EmailAuth/VERSION
            Version: 1
            Original-Mail-From: <{hash}@example.com>
            Arrival-Date: Sun, 29 Nov 2026 12:00:00 +0000
            Reporting-MTA: dns; mx.receiver.example
            Source-IP: 203.0.113.9
            Authentication-Results: mx.receiver.example; dmarc=fail header.from=example.com
            Reported-Domain: example.com
            Auth-Failure: dmarc
            Identity-Alignment: dkim, spf
            Delivery-Result: reject
            DKIM-Domain: example.com
            DKIM-Identity: @example.com
            DKIM-Selector: s
            SPF-DNS: txt : example.com : "v=spf1 include:_spf.example.com -all"
            SPF-DNS: txt : _spf.example.com : "v=spf1 ip4:192.0.2.9 -all"

            """.ReplaceLineEndings("\r\n").Replace("VERSION", typeof(FailureReports).Assembly.GetName().Version!.ToString(3), StringComparison.Ordinal),
            Unfolded(report.Fields!));
        Assert.Equal(("example.com", "example.com", 64), (report.PolicyDomain, report.Organization, report.Kind.Length));
        Assert.Equal(["mailto:f@example.com"], report.ReportUris);
    }

    [Theory]
    [InlineData(DispositionAction.Accept, DeliveryResult.Delivered)]
    [InlineData(DispositionAction.Quarantine, DeliveryResult.Policy)]
    [InlineData(DispositionAction.Reject, DeliveryResult.Reject)]
    [InlineData(null, DeliveryResult.Unknown)]
    public async Task The_delivery_result_is_what_was_done(DispositionAction? applied, DeliveryResult expected) =>
        Assert.Equal(expected, (await ReadAsync(Assert.Single(await new FailureWorld().ReportsAsync(applied: applied)))).Delivery);

    /// <summary>MAIL FROM, what is at its domain, and the fields <c>SPF-DNS</c>: what was asked and found, and nothing else.</summary>
    public static TheoryData<string, string[], string[]> SpfDns => new()
    {
        { "a@x.example", [], ["txt : x.example : \"\""] },
        { "a@x.example", ["other text"], ["txt : x.example : \"\""] },
        { "a@x.example", ["v=spf1 nonsense:"], ["txt : x.example : \"v=spf1 nonsense:\""] },
        { "a@x.example", ["v=spf1 -all", "V=SPF1 ~all", "v=spf10 -all"], ["txt : x.example : \"v=spf1 -all\"", "txt : x.example : \"V=SPF1 ~all\""] },
        { "a@x.example", ["v=spf1 redirect=%{l}.x.example"], ["txt : x.example : \"v=spf1 redirect=%{l}.x.example\""] },
        { "a@x.example", ["v=spf1 exp=\"e\".x.example -all"], ["txt : x.example : \"v=spf1 exp='e'.x.example -all\""] },
        { "a@[203.0.113.9]", [], [] },
        { "a@[IPv6:2001:db8::1]", [], [] },
        { "a@localhost", [], [] },
        { "postmaster", [], [] },
        { "a: b@x.example", ["v=spf1 -all"], [] },
    };

    [Theory, MemberData(nameof(SpfDns))]
    public async Task SPF_DNS_has_what_was_asked_whatever_HELO_says(string mailFrom, string[] records, string[] expected)
    {
        var world = new FailureWorld
        {
            Record = "v=DMARC1; p=none; fo=1" + Ruf,
            Change = zone => Array.ForEach(records, record => zone.Add("x.example", ZoneEntryKind.Txt, record)),
        };
        foreach (var helo in (string[])["other.example", "[203.0.113.9]", "localhost"])
        {
            var report = Assert.Single(await world.ReportsAsync(mailFrom: mailFrom, helo: helo));
            var failure = await ReadAsync(report);
            Assert.Equal(["dkim", "spf"], failure.UnalignedMechanisms!.Value);
            Assert.Equal(expected, failure.SpfDns);
            Assert.DoesNotContain("other.example", report.Fields, StringComparison.Ordinal);
        }
    }

    public static TheoryData<string, string, string, string> None => new()
    {
        { "v=DMARC1; p=reject; fo=1:d:s", FailureWorld.Plain, "bounce@other.example", "no ruf" },
        { "v=DMARC1; p=reject; psd=y; ruf=mailto:f@example.com", FailureWorld.Plain, "bounce@other.example", "a public suffix (RFC 9991 section 2)" },
        { "v=DMARC1; p=reject; ruf=https://example.com/f", FailureWorld.Plain, "bounce@other.example", "no address for mail" },
        { "v=DMARC1; p=reject" + Ruf, FailureWorld.Plain, "", "the null reverse-path of a bounce" },
        { "v=DMARC1; p=reject" + Ruf, "Subject: Report Domain: a.example Submitter: example.com Report-ID: <1>\r\n" + FailureWorld.Plain, "bounce@other.example", "an aggregate report" },
        { "v=DMARC1; p=reject" + Ruf, "Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n" + FailureWorld.Plain, "bounce@other.example", "a failure report" },
        { "v=DMARC1; p=reject" + Ruf, "Auto-Submitted: auto-generated\r\nContent-Type: multipart/report; boundary=b\r\n" + FailureWorld.Plain, "dmarc+abc@other.example", "a report from a return path of its own" },
    };

    [Theory, MemberData(nameof(None))]
    public async Task There_is_no_report(string record, string message, string mailFrom, string why) =>
        Assert.True((await new FailureWorld { Record = record }.ReportsAsync(message, mailFrom)).Length == 0, why);

    [Fact]
    public async Task There_is_no_report_about_a_message_that_was_refused_for_now() => Assert.Empty(await new FailureWorld().ReportsAsync(applied: DispositionAction.TempFail));

    [Fact]
    public async Task There_is_no_report_while_a_failed_query_leaves_open_whose_record_applies()
    {
        var world = new FailureWorld { Change = static zone => zone.Add("_dmarc.sub.example.com", ZoneEntryKind.ServFail) };
        Assert.Empty(await world.ReportsAsync(FailureWorld.Plain.Replace("alice@example.com", "alice@sub.example.com", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Every_mailbox_of_ruf_gets_it_up_to_ten()
    {
        var ruf = string.Join(',', Enumerable.Range(0, 20).Select(static n => $"mailto:f{n}@example.com"));
        var report = Assert.Single(await new FailureWorld { Record = "v=DMARC1; p=none; ruf=" + ruf }.ReportsAsync());
        Assert.Equal(Enumerable.Range(0, 10).Select(static n => $"mailto:f{n}@example.com"), report.ReportUris);
    }

    [Fact]
    public async Task Nothing_of_a_person_is_in_a_report_not_even_in_the_name_of_a_record()
    {
        var message = "Received: from secret-user by mail.example.com (Authenticated sender: secret-login) id 1; Sun, 29 Nov 2026 11:59:00 +0000\r\n"
            + "Received: from a.example (a.example [192.0.2.77]) by b.example for <secret-rcpt@receiver.example>\r\nDelivered-To: secret-box@receiver.example\r\n"
            + "X-Original-To: secret-alias@receiver.example\r\nDKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s; i=secret-agent@example.com; h=From; z=Subject:secret-copy; bh=AA==; b=AA==\r\n"
            + "Reply-To: \"secret-name\" <secret-reply@example.net>\r\n" + FailureWorld.Plain;
        foreach (var report in await new FailureWorld { Record = "v=DMARC1; p=none; fo=1:d:s" + Ruf }.ReportsAsync(message, "secret-sender@macro.example"))
        {
            var text = report.Fields + report.Header;
            foreach (var word in (string[])["secret-", "secret plan", "alice@", "bob@", "Alice <", "Bob <"])
            {
                Assert.DoesNotContain(word, text, StringComparison.Ordinal);
            }

            Assert.Contains("([192.0.2.77])", report.Header, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_flood_from_one_place_is_one_kind_whatever_the_sender_changes()
    {
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        var world = new FailureWorld { Record = "v=DMARC1; p=reject" + Ruf, Change = static zone => zone.Add("x.example", ZoneEntryKind.Txt, "v=spf1 -all") };
        for (var number = 0; number < 20; number++)
        {
            var message = FailureWorld.Plain.Replace("<1@", $"<{number}@", StringComparison.Ordinal).Replace("alice", $"a{number}", StringComparison.Ordinal);
            kinds.Add(Assert.Single(await world.ReportsAsync(message, number % 2 == 0 ? $"b{number}@other.example" : $"b@d{number}.example", $"2001:db8:0:1::{number}")).Kind);
        }

        Assert.Single(kinds);
        Assert.Single(await world.ReportsAsync(client: "2001:db8:0:2::1"), report => kinds.Add(report.Kind));
    }

    private static string Signed(string how)
    {
        if (how == "none")
        {
            return FailureWorld.Plain;
        }

        var signed = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(FailureWorld.Plain));
        return how switch
        {
            "good" => signed,
            "body" => signed.Replace("text\r\n", "texts\r\n", StringComparison.Ordinal),
            "header" => signed.Replace("From: Alice", "From: Alicia", StringComparison.Ordinal),
            _ => signed.Replace("s=s;", "s=gone;", StringComparison.Ordinal),
        };
    }

    private static string Unfolded(string fields) => fields.Replace("\r\n ", " ", StringComparison.Ordinal);

    private static async Task<AuthenticationFailure> ReadAsync(FailureIncident incident)
    {
        var read = await Sample.ReadOneAsync(Mail(incident));
        Assert.Equal(["mail_not_verified"], Sample.Codes(read));
        Assert.Equal((ReportKind.Failure, ReportVerdict.Conforms), (read.Kind, read.Verdict));
        return read.Feedback!.Failure!;
    }

    private static string Mail(FailureIncident incident) =>
        "From: dmarc@receiver.example\r\nSubject: x\r\n" + FeedbackReportWriter.WriteMail("A report.\n", incident.Fields!, incident.Header!);
}
