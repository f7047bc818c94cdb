using System.Security.Cryptography;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Store.Incoming;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Store.Tests;

/// <summary>Whether the submitter of a report signed it, as the store keeps it.</summary>
public sealed class SignerTests
{
    private const string Report = """
        <?xml version="1.0"?><feedback><report_metadata><org_name>Reporter</org_name><email>d@reporter.example</email><report_id>1</report_id>
        <date_range><begin>1795132800</begin><end>1795219199</end></date_range></report_metadata><policy_published><domain>example.com</domain><p>none</p></policy_published>
        <record><row><source_ip>192.0.2.1</source_ip><count>1</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>pass</spf></policy_evaluated></row>
        <identifiers><header_from>example.com</header_from></identifiers><auth_results/></record></feedback>
        """;

    [Theory]
    [InlineData("s=*", "reporter.example", true)]
    [InlineData("s=email", "reporter.example", true)]
    [InlineData("s=email:tlsrpt", "reporter.example", true)]
    [InlineData("s=tlsrpt", "", false)] // RFC 6376 section 3.6.1: this key is for nothing else
    public async Task A_key_for_TLS_reports_alone_does_not_vouch_for_an_aggregate_report(string service, string signers, bool isSigned)
    {
        using var key = RSA.Create(2048);
        var mail = $"From: d@reporter.example\r\nDate: Sat, 21 Nov 2026 00:00:00 +0000\r\nContent-Type: text/xml\r\n\r\n{Report.ReplaceLineEndings("\r\n")}\r\n";
        var identity = new DkimSigningIdentity { Domain = DomainName.Parse("reporter.example").Value!, Selector = "s", Key = PemSigningKey.Load(key.ExportPkcs8PrivateKeyPem()) };
        mail = (await new DkimSigner([identity]).SignAsync(Encoding.ASCII.GetBytes(mail), TestContext.Current.CancellationToken)).Fields.Single() + "\r\n" + mail;
        var zone = new Zone().Add("s._domainkey.reporter.example", ZoneEntryKind.Txt, $"v=DKIM1; {service}; p={Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}");
        var pipeline = new AuthenticationPipeline(
            new ZoneResolver(zone), new AuthenticationOptions { AuthservId = "x", Methods = AuthenticationMethods.Dkim, Dkim = DkimOptions.Default with { AcceptTlsReportKeys = true } });
        var options = new ReportReaderOptions
        {
            Authenticate = (octets, cancellationToken) => pipeline.AuthenticateAsync(new SmtpEnvelope(null, null, null) { IsReconstructed = true }, octets, cancellationToken),
        };
        await using var importer = new ReportImporter(new MemoryReportStore(), options);
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(mail));
        var reports = new List<ImportedReport>();
        await foreach (var report in importer.ImportAsync(stream, TestContext.Current.CancellationToken))
        {
            reports.Add(report);
        }

        var document = Assert.Single(reports).Document;
        Assert.Equal((ReportKind.Aggregate, signers, isSigned), (document.Kind, document.Signers, document.IsSigned));
    }
}
