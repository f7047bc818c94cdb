using System.Text;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>Each edit of a report's header: where it stops to be that of a report.</summary>
public class ReportMailFormTests
{
    [Fact]
    public void Each_edit_of_a_header_is_a_report_as_the_page_says() => EditedReadings.Check(
        "reports.txt",
        " \t:;RrSx/",
        [
            "Subject: Re: Report Domain: a Submitter: b",
            "subject:report domain:submitter:",
            "Content-Type: multipart/report; x",
            "Content-Type:\t multipart/report",
            "TLS-Report-Domain: a",
            .. Types.Select(type => $"Content-Type: {type}\r\nAuto-Submitted: auto"),
        ],
        (text, _) => [new("report", Is(text) ? "yes" : null)]);

    private static readonly string[] Types =
        ["application/gzip", "application/x-gzip", "application/zip", "text/xml", "application/xml", "application/tlsrpt+json"];

    [Fact]
    public void Each_type_of_a_report_counts_when_the_message_is_automatic()
    {
        foreach (var type in Types)
        {
            foreach (var written in (string[])[type, type.ToUpperInvariant(), $" {type} ;x", $"\r\n\t{type}\r\n ;x"])
            {
                Assert.True(Is($"Content-Type:{written}\r\nAuto-Submitted: auto-generated"));
                Assert.True(Is($"Auto-Submitted: auto-generated\r\nContent-Type:{written}"));
                Assert.False(Is($"Content-Type:{written}"));
                Assert.False(Is($"Content-Type:{written}\r\nAuto-Submitted: no"));
            }
        }

        foreach (var type in (string[])["application/gzi", "application/gzipx", "application/x-gzipx", "application/zipx", "text/xmlx", "text/plain", "application/xmlx", "application/tlsrpt", "application/tlsrpt-x"])
        {
            Assert.False(Is($"Content-Type: {type}\r\nAuto-Submitted: auto-generated"));
        }
    }

    [Theory]
    [InlineData("report domain: a submitter: b", true)]
    [InlineData("Re: report domain: a submitter: b", true)]
    [InlineData("rreport domain: a ssubmitter: b", true)]
    [InlineData("submitter: of the newest report domain: b", false)]
    [InlineData("of the newest submitter: a report domain: b", false)]
    [InlineData("of the newest submitter: a report domain: b submitter: c", true)]
    [InlineData("report domain: a submitte", false)]
    public void A_subject_has_both_words_of_a_report_in_their_order(string subject, bool isReport) => Assert.Equal(isReport, Is($"Subject: {subject}"));

    [Theory]
    [InlineData("no", false)]
    [InlineData("NO", false)]
    [InlineData(" \t no ", false)]
    [InlineData("\r\n no", false)]
    [InlineData("no (x)", false)]
    [InlineData("n", true)]
    [InlineData("", true)]
    [InlineData("xno", true)]
    [InlineData("yes", true)]
    [InlineData("auto-replied", true)]
    public void A_message_is_automatic_unless_it_says_no(string value, bool isAutomatic) =>
        Assert.Equal(isAutomatic, Is($"Content-Type: text/xml\r\nAuto-Submitted:{value}"));

    [Theory]
    [InlineData("report domain:submitter:", true)]
    [InlineData("report domain: submitter", false)]
    [InlineData("report domain:submitter", false)]
    [InlineData("submitter:report domain:", false)]
    [InlineData("report domain:submitter: report domain:", true)]
    [InlineData("rreport domain:ssubmitter:", true)]
    [InlineData("rrrrr report Report domain: s su sub submitter:", true)]
    [InlineData("report domainsubmitter:", false)]
    [InlineData("report domain; submitter:", false)]
    [InlineData("2eport domain: submitter:", false)]
    [InlineData("report domain: 3ubmitter:", false)]
    [InlineData("report domain: x", false)]
    [InlineData("r", false)]
    [InlineData("", false)]
    public void The_subject_of_a_report_has_two_words_in_this_order(string subject, bool isReport)
    {
        Assert.Equal(isReport, Is($"Subject: {subject}"));
        Assert.Equal(isReport, Is($"Subject:{subject.ToUpperInvariant()}"));
        Assert.False(Is($"X-Subject: {subject}"));
        Assert.False(Is($"Subjec: {subject}"));
        Assert.Equal(isReport, Is($"A: b\r\nSubject: x\r\nSubject: {subject}\r\nC: d"));
    }

    [Fact]
    public void Only_a_field_before_the_body_counts()
    {
        Assert.False(Is(""));
        Assert.False(Is("A: b\r\n\r\nTLS-Report-Domain: a"));
        Assert.True(Is("TLS-Report-Domain:"));
        Assert.True(Is("Content-Type: multipart/report\r\nContent-Type: text/plain"));
        Assert.True(Is("Content-Type: text/xml\r\nAuto-Submitted: x\r\nContent-Type: text/plain\r\nAuto-Submitted: no"));
    }

    private static bool Is(string header) => ReportMail.Is(HeaderBlock.Parse(Encoding.ASCII.GetBytes(header + "\r\n")));
}
