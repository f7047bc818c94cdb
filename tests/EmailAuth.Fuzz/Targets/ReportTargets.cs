using System.IO.Compression;
using System.Text;
using EmailAuth.Fuzz.Support;
using EmailAuth.Reports;
using EmailAuth.Reports.Reading;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What strangers send as reports: mail, compressed data, XML, the fields of feedback, JSON.</summary>
internal static class ReportTargets
{
    private const string Xml = """
        <?xml version="1.0"?><feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0"><version>1.0</version><report_metadata><org_name>x</org_name><email>a@b.example</email><report_id>1</report_id>
        <date_range><begin>1700006400</begin><end>1700092799</end></date_range></report_metadata><policy_published><domain>example.com</domain><p>reject</p></policy_published>
        <record><row><source_ip>192.0.2.1</source_ip><count>2</count><policy_evaluated><disposition>pass</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
        <identifiers><header_from>example.com</header_from></identifiers><auth_results><dkim><domain>example.com</domain><selector>s</selector><result>pass</result></dkim></auth_results></record></feedback>
        """;

    private const string Json = """
        {"organization-name":"x","date-range":{"start-datetime":"2016-04-01T00:00:00Z","end-datetime":"2016-04-01T23:59:59"},"contact-info":"a@b.example","report-id":"1","policies":[{"policy":{"policy-type":"sts",
        "policy-string":["version: STSv1","mode: testing"],"policy-domain":"b.example","mx-host":"*.b.example"},"summary":{"total-successful-session-count":"5","total-failure-session-count":3},"failure-details":null}]}
        """;

    private const string Fields = """
        Feedback-Type: auth-failure
        User-Agent: x/1 (y)
        Version: 1
        Auth-Failure: dmarc
        Arrival-Date: Thu, 8 Mar 2005 14:00:00 EDT
        Identity-Alignment: dkim, spf
        Source-IP: 192.0.2.1
        Incidents: 7
        Authentication-Results: mx.example;
          dmarc=fail
        DKIM-Canonicalized-Body: YQ
          ==

        """;

    private static readonly string Mail = "From: a@b.example\r\nSubject: Report Domain: b.example Submitter: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
        + $"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\n{Fields.ReplaceLineEndings("\r\n")}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + "Return-Path: <l+a=b.example@c.example>\r\nMessage-ID: <1@c.example>\r\nList-Unsubscribe: <https://c.example/u>,\r\n <mailto:u@c.example>\r\n\r\nbody\r\n--b\r\n"
        + $"Content-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(Gzip(Xml))}\r\n--b--\r\n";

    private static readonly string[] MailWords =
    [
        "\r\n", "\r\n\r\n", "--b", "--b--", "boundary=b", "Content-Type: multipart/mixed; boundary=c\r\n", "message/rfc822", "text/rfc822-headers", "message/feedback-report", "report-type=", "base64", "quoted-printable",
        "From ", "From a@b.example Fri Jul 11 21:00:37 2025\r\n", "Feedback-Type: abuse\r\n", "Subject: ", "=?utf-8?q?x?=", "CFBL-Feedback-ID: ", "Feedback-ID: ",
    ];

    private static readonly string[] JsonWords =
    [
        "{", "}", "[", "]", ",", ":", "null", "NaN", "1e999", "9007199254740993", "-1", "\"\\ud800\"", "\"policies\":", "\"policy\":", "\"summary\":", "\"failure-details\":", "\"mx-host\":", "\"date-range\":",
    ];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("report-mail", Read, MailWords, () => [Mail, Mail.Replace("multipart/report", "multipart/mixed", StringComparison.Ordinal), $"From a@b.example Fri Jul 11 21:00:37 2025\r\n{Mail}"]),
        new("report-xml", Read, Words.Svg, () => [Xml, Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Xml)).ToArray()]),
        new("report-feedback", Read, Words.Fields, () => [Fields]),
        new("report-tls", Read, JsonWords, () => [Json]),
        new("report-compressed", Read, ["PK\x03\x04", "PK\x01\x02", "PK\x05\x06", "\x1F"], () => [Gzip(Xml), Gzip(Mail), Zip(Xml)]),
    ];

    // Bad input gives a verdict, the verdict is that of the worst finding, and what is said of it can be shown.
    private static void Read(ReadOnlySpan<byte> input)
    {
        var reports = ReadAsync(input.ToArray());
        FindingException.ThrowIf(!reports.IsCompletedSuccessfully && reports.Exception is null, "memory is read at once, yet the reports are still to come");
        var count = 0;
        foreach (var report in reports.GetAwaiter().GetResult())
        {
            count++;
            var worst = report.Findings.Length == 0 ? ReportFindingSeverity.Note : report.Findings.Max(static finding => finding.Severity);
            FindingException.ThrowIf((int)worst != (int)report.Verdict, $"{report.Verdict} with {worst}");
            FindingException.ThrowIf(report.Kind == ReportKind.None && report.Verdict != ReportVerdict.Unusable, "nothing was read, and it can be used");
            foreach (var finding in report.Findings)
            {
                Expect.Reason(finding.Text, "a finding");
                Expect.Printable(finding.ToString(), "a finding");
            }
        }

        FindingException.ThrowIf(count == 0, "nothing is said of the input");
    }

    private static async Task<List<ReadReport>> ReadAsync(byte[] input)
    {
        var reports = new List<ReadReport>();
        await foreach (var report in new ReportReader().ReadAsync(input))
        {
            reports.Add(report);
        }

        return reports;
    }

    private static byte[] Gzip(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return compressed.ToArray();
    }

    private static byte[] Zip(string text)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("r.xml").Open();
            entry.Write(Encoding.UTF8.GetBytes(text));
        }

        return archive.ToArray();
    }
}
