using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Tests.TestSupport;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Tests.Aggregate;

/// <summary>The id, the file name and the subject of a report (RFC 9990 sections 3.1.4, 3.5.1 and 3.5.2).</summary>
public class AggregateReportNameTests
{
    [Fact]
    public void The_id_is_the_same_in_the_report_the_subject_and_the_file_name()
    {
        var name = ReportSamples.Name();
        var id = ReportSamples.Metadata().ReportId;

        Assert.Equal($"mx.example.org!example.com!1795824000!1795910399!{id}.xml.gz", name.FileName);
        Assert.Equal($"mx.example.org!example.com!1795824000!1795910399!{id}.xml", name.UncompressedFileName);
        Assert.Equal($"Report Domain: example.com Submitter: mx.example.org Report-ID: {id}", name.Subject);
        Assert.True(AggregateReportName.IsId(id));
        Assert.Equal(32, id.Length);
    }

    [Fact]
    public void An_id_depends_on_what_the_report_is_about_and_on_nothing_else()
    {
        var (receiver, domain) = (ReportSamples.Receiver, DomainName.Parse("example.com").Value!);
        var (begin, end) = (ReportSamples.Begin, ReportSamples.End);
        string[] ids =
        [
            AggregateReportName.IdOf(receiver, domain, begin, end),
            AggregateReportName.IdOf(domain, receiver, begin, end),
            AggregateReportName.IdOf(receiver, receiver, begin, end),
            AggregateReportName.IdOf(receiver, domain, begin.AddDays(1), end),
            AggregateReportName.IdOf(receiver, domain, begin, end.AddSeconds(1)),
            AggregateReportName.IdOf(receiver, domain, begin, end, "v=DMARC1; p=none"),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(ids[0], AggregateReportName.IdOf(receiver, domain, begin.ToOffset(TimeSpan.FromHours(5)), end));
    }

    [Theory]
    [InlineData("mx.example.org!example.com!1795824000!1795910399!0a1b.xml.gz", "0a1b")]
    [InlineData("mx.example.org!example.com!1795824000!1795910399!0a1b.xml", "0a1b")]
    [InlineData("mx.example.org!example.com!1795824000!1795910399.xml.gz", null)]
    [InlineData("mx.example.org!example.com!1795824000!1795910399.zip", null)]
    [InlineData("MX.example.org!Example.com!1795824000!1795910399!x.XML.GZ", "x")]
    public void A_file_name_is_read(string fileName, string? id)
    {
        var name = AggregateReportName.ParseFileName(fileName)!;
        Assert.Equal(("mx.example.org", "example.com", ReportSamples.Begin, ReportSamples.End, id), (name.Receiver.ToString(), name.PolicyDomain.ToString(), name.Begin, name.End, name.ReportId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("report.xml")]
    [InlineData("!example.com!1795824000!1795910399.xml")]
    [InlineData("a.example!example.com!x!1795910399.xml")]
    [InlineData("a.example!example.com!-1!1795910399.xml")]
    [InlineData("a.example!example.com!1!2!3!4.xml")]
    [InlineData("a.example!example.com!1!2!3!4!5!6.xml")]
    [InlineData("a.example!example.com!1795824000!99999999999999999.xml")]
    [InlineData("a.example!example.com!1795824000!1795910399")]
    public void Another_text_is_not_a_file_name(string fileName) => Assert.Null(AggregateReportName.ParseFileName(fileName));

    [Theory]
    [InlineData("", false)]
    [InlineData("0aZ", true)]
    [InlineData("0-1", false)]
    [InlineData("a@b", false)]
    [InlineData("\u00e9", false)]
    public void An_id_has_letters_and_digits(string text, bool isId) => Assert.Equal(isId, AggregateReportName.IsId(text));
}
