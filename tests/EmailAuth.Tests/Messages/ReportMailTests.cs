using System.Text;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>Which messages are reports about mail by their header.</summary>
public sealed class ReportMailTests
{
    public static TheoryData<string, bool, string> Headers => new()
    {
        { "Subject: Report Domain: example.com Submitter: mx.example.org Report-ID: <abc>", true, "RFC 9990 section 3.5.2" },
        { "Subject: Report Domain: example.com\r\n Submitter: mx.example.org\r\n Report-ID: <abc>", true, "folded" },
        { "SUBJECT:report domain: example.com submitter: x", true, "other case, no space" },
        { "Subject: Re: Report Domain: example.com Submitter: mx.example.org", true, "an answer to a report" },
        { "Subject: R Re Report Report Domain: a Submitter: b", true, "words that begin in the same way" },
        { "Subject: Report Domain: example.com", false, "without the second word" },
        { "Subject: Submitter: x Report Domain: y", false, "in another order" },
        { "Subject: Annual report", false, "an ordinary subject" },
        { "Subject:", false, "an empty subject" },
        { "Content-Type: multipart/report; report-type=feedback-report", true, "RFC 5965" },
        { "Content-Type: Multipart/Report;\r\n report-type=delivery-status; boundary=x", true, "a bounce, in other case" },
        { "Content-type:\r\n multipart/report ;report-type=tlsrpt", true, "folded before the type" },
        { "Content-Type: multipart/reports; x=y", false, "another type" },
        { "Content-Type: multipart/mixed; x=\"multipart/report\"", false, "a parameter is not the type" },
        { "TLS-Report-Domain: example.com", true, "RFC 8460 section 5.3" },
        { "Content-Type: application/gzip\r\nAuto-Submitted: auto-generated", true, "a report without a text" },
        { "Auto-Submitted: auto-generated\r\nContent-Type: application/tlsrpt+gzip", true, "a TLS report in another order" },
        { "Content-Type: application/gzip", false, "a person sends an archive" },
        { "Content-Type: application/gzip\r\nAuto-Submitted: no", false, "a person sends an archive, and says so" },
        { "Auto-Submitted: auto-replied", false, "an automatic answer to anything" },
        { "X-Subject: Report Domain: a Submitter: b", false, "another field" },
        { "no field", false, "a line without a colon" },
    };

    [Theory, MemberData(nameof(Headers))]
    public void A_report_is_known_by_its_header(string header, bool isReport, string why)
    {
        var block = HeaderBlock.Parse(Encoding.ASCII.GetBytes($"From: a@example.com\r\n{header}\r\nTo: b@example.org\r\n\r\nbody\r\n"));

        Assert.True(isReport == ReportMail.Is(block), why);
    }
}
