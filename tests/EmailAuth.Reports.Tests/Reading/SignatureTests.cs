using System.Security.Cryptography;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Reports.Reading;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Tests.Reading;

/// <summary>Who signed the mail around a report: RFC 8460 section 3, RFC 9477 section 3.4, RFC 9990 section 3.5.2.</summary>
public sealed class SignatureTests
{
    private const string Tls = """
        {"organization-name":"x","date-range":{"start-datetime":"2026-04-01T00:00:00Z","end-datetime":"2026-04-01T23:59:59Z"},"contact-info":"tls@example.com","report-id":"1",
        "policies":[{"policy":{"policy-type":"no-policy-found","policy-domain":"example.org"},"summary":{"total-successful-session-count":1,"total-failure-session-count":0}}]}
        """;

    private static readonly RSA Key = RSA.Create(2048);

    public static TheoryData<string, string, string, string, string> TlsMails => new()
    {
        { "example.com", "s=tlsrpt", "example.com", "conforms", "" },
        { "example.com", "s=email:tlsrpt", "example.com", "conforms", "" },
        { "mail.example.com", "s=tlsrpt", "example.com", "conforms", "" },
        { "example.com", "s=*", "example.com", "salvaged", "tls_key_without_service" },
        { "example.com", "n=none", "example.com", "salvaged", "tls_key_without_service" },
        { "example.com", "s=other", "example.com", "unusable", "tls_mail_not_signed" },
        { "example.com", "s=tlsrpt", "other.example", "unusable", "tls_mail_not_signed" },
        { "example.com", "s=tlsrpt", "mail.example.com", "unusable", "tls_mail_not_signed" },
        { "example.com", "s=tlsrpt", "", "unusable", "tls_mail_not_signed" },
    };

    [Theory]
    [MemberData(nameof(TlsMails))]
    public async Task A_TLS_report_needs_a_signature_of_its_sender_by_a_key_for_such_reports(string from, string service, string signer, string verdict, string code)
    {
        var report = await ReadAsync(TlsMail(from), signer, service);
        Assert.Equal((ReportKind.Tls, verdict), (report.Kind, report.Verdict.Keyword()));
        Assert.Equal(code.Length == 0 ? [] : [code], Sample.Codes(report));
        Assert.NotNull(report.Mail!.Authentication);
    }

    [Fact]
    public async Task A_changed_mail_is_not_signed()
    {
        var report = await ReadAsync(TlsMail("example.com"), "example.com", "s=tlsrpt", mail => mail.Replace("Report.\r\n", "Repor7.\r\n", StringComparison.Ordinal));
        Assert.Equal(["tls_mail_not_signed"], Sample.Codes(report));
        Assert.Contains("fail", report.Findings.Single().Arguments);
    }

    [Fact]
    public async Task When_the_DNS_does_not_answer_the_report_is_not_refused_and_not_accepted_either()
    {
        var zone = new Zone();
        zone.Add("s._domainkey.example.com", ZoneEntryKind.Timeout);
        var report = await ReadAsync(TlsMail("example.com"), "example.com", "s=tlsrpt", zone: zone);
        Assert.Equal((ReportVerdict.Salvaged, "mail_undecided"), (report.Verdict, Sample.Codes(report).Single()));
    }

    [Fact]
    public async Task A_key_for_TLS_reports_alone_does_not_sign_complaints()
    {
        var mail = Complaint("CFBL-Address: fbl@example.org\nCFBL-Feedback-ID: 1\n");
        Assert.Equal(["cfbl_mail_not_signed"], Sample.Codes(await ReadAsync(mail, "example.com", "s=tlsrpt")));
        Assert.Empty((await ReadAsync(mail, "example.com", "s=email")).Findings);
    }

    [Theory]
    [InlineData("CFBL-Address: fbl@example.org\nCFBL-Feedback-ID: 1\n", "unusable", "cfbl_mail_not_signed")]
    [InlineData("", "conforms", "mail_not_signed")]
    public async Task An_unsigned_complaint_by_CFBL_must_not_be_processed_and_another_one_may_be(string fields, string verdict, string code)
    {
        var report = await ReadAsync(Complaint(fields), string.Empty, "s=*");
        Assert.Equal((verdict, code), (report.Verdict.Keyword(), Sample.Codes(report).Single()));
        Assert.NotNull(report.Feedback);
    }

    [Fact]
    public async Task The_fields_of_the_mail_of_a_TLS_report_are_compared_with_the_report()
    {
        var plain = await Sample.ReadOneAsync(TlsMail("example.com").Replace("TLS-Report-Domain: example.org\r\nTLS-Report-Submitter: example.com\r\n", "", StringComparison.Ordinal).Replace("multipart/report", "multipart/mixed", StringComparison.Ordinal));
        Assert.Equal(["tls_mail_form", "tls_mail_field_missing", "mail_not_verified"], Sample.Codes(plain));
        var other = await Sample.ReadOneAsync(TlsMail("example.com").Replace("TLS-Report-Domain: example.org\r\nTLS-Report-Submitter: example.com\r\n", "TLS-Report-Domain: a.example\r\nTLS-Report-Submitter: b.example\r\n", StringComparison.Ordinal));
        Assert.Equal(["mail_disagrees", "tls_submitter_differs", "mail_not_verified"], Sample.Codes(other));
        Assert.Equal("example.org", other.Key!.Value.Domain);
    }

    [Fact]
    public async Task The_pipeline_is_asked_once_for_a_mail_with_several_reports()
    {
        var asked = 0;
        var pipeline = new AuthenticationPipeline(new ZoneResolver(new Zone()), new AuthenticationOptions { AuthservId = "x", Methods = AuthenticationMethods.Dkim });
        var options = new ReportReaderOptions
        {
            Authenticate = (mail, cancellationToken) =>
            {
                asked++;
                return pipeline.AuthenticateAsync(new SmtpEnvelope(null, null, null) { IsReconstructed = true }, mail, cancellationToken);
            },
        };
        var reports = await Sample.ReadAsync(Sample.Mail(Sample.Zip(("a.xml", Encoding.UTF8.GetBytes(AggregateSample.Xml)), ("b.xml", Encoding.UTF8.GetBytes(AggregateSample.Xml)))), options);
        Assert.Equal((2, 1), (reports.Count, asked));
        Assert.All(reports, report => Assert.Contains("mail_not_signed", Sample.Codes(report)));
    }

    private static string TlsMail(string from) =>
        $"From: tls@{from}\r\nSubject: Report Domain: example.org Submitter: example.com Report-ID: <1@example.com>\r\nDate: Thu, 02 Apr 2026 00:00:00 +0000\r\n"
        + "TLS-Report-Domain: example.org\r\nTLS-Report-Submitter: example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=\"tlsrpt\"; boundary=b\r\n\r\n"
        + $"--b\r\nContent-Type: text/plain\r\n\r\nReport.\r\n--b\r\nContent-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(Sample.Gzip(Tls), Base64FormattingOptions.InsertLineBreaks)}\r\n--b--\r\n";

    private static string Complaint(string fields) =>
        Sample.Feedback("Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\n", $"From: news@example.org\nMessage-ID: <1@example.org>\n{fields}", "From: fbl@example.com\r\nSubject: FW: x\r\nDate: Thu, 02 Apr 2026 00:00:00 +0000\r\n");

    private static async Task<ReadReport> ReadAsync(string mail, string signer, string service, Func<string, string>? change = null, Zone? zone = null)
    {
        if (signer.Length > 0)
        {
            var identity = new DkimSigningIdentity { Domain = DomainName.Parse(signer).Value!, Selector = "s", Key = SigningKeyOf(Key) };
            mail = (await new DkimSigner([identity]).SignAsync(Encoding.ASCII.GetBytes(mail), TestContext.Current.CancellationToken)).Fields.Single() + "\r\n" + mail;
        }

        zone ??= new Zone().Add($"s._domainkey.{(signer.Length == 0 ? "example.com" : signer)}", ZoneEntryKind.Txt, $"v=DKIM1; {service}; p={Convert.ToBase64String(Key.ExportSubjectPublicKeyInfo())}");
        var options = new AuthenticationOptions { AuthservId = "x", Methods = AuthenticationMethods.Dkim, Dkim = DkimOptions.Default with { AcceptTlsReportKeys = true } };
        var pipeline = new AuthenticationPipeline(new ZoneResolver(zone), options);
        var envelope = new SmtpEnvelope(null, null, null) { IsReconstructed = true };
        return await Sample.ReadOneAsync(change is null ? mail : change(mail), new ReportReaderOptions { Authenticate = (octets, cancellationToken) => pipeline.AuthenticateAsync(envelope, octets, cancellationToken) });
    }

    private static PemSigningKey SigningKeyOf(RSA key) => PemSigningKey.Load(key.ExportPkcs8PrivateKeyPem());
}
