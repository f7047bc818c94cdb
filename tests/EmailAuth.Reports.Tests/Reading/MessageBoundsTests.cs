using System.Text;
using EmailAuth.Reports.Reading;

namespace EmailAuth.Reports.Tests.Reading;

/// <summary>Messages that are made to cost work: parts, depth, headers.</summary>
public sealed class MessageBoundsTests
{
    private const string Fields = "Feedback-Type: abuse\nVersion: 1\nUser-Agent: x\n";

    [Fact]
    public async Task Ten_thousand_parts_are_bounded_and_what_comes_before_is_read()
    {
        var many = new StringBuilder("From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n");
        many.Append($"--b\r\nContent-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(Sample.Gzip(AggregateSample.Xml))}\r\n");
        for (var i = 0; i < 10_000; i++)
        {
            many.Append("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n");
        }

        var report = await Sample.ReadOneAsync(many.ToString());
        Assert.Equal((ReportKind.Aggregate, ReportVerdict.Salvaged), (report.Kind, report.Verdict));
        Assert.Contains("too_many_parts", Sample.Codes(report));
    }

    // A boundary ends a header that is not complete, and a part within another one.
    [Fact]
    public async Task A_boundary_may_be_anywhere()
    {
        const string Mail = "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
            + "--b\nContent-Type: message/rfc822\n\nFrom: c@d.example\nSubject: x\nContent-Type: message/feedback-report\n\n" + Fields + "\n--b\n\ny\n--b--\n";
        for (var at = 0; at <= Mail.Length; at++)
        {
            foreach (var line in (string[])["\n--b\n", "\r\n--b\r\n", "\n--b--\n"])
            {
                Assert.NotEmpty(await Sample.ReadAsync(Mail.Insert(at, line)));
            }
        }
    }

    [Fact]
    public async Task Ten_thousand_reports_are_bounded()
    {
        var many = new StringBuilder("From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n");
        for (var i = 0; i < 10_000; i++)
        {
            many.Append("--b\r\nContent-Type: application/json\r\n\r\n{\"policies\":[]}\r\n");
        }

        var reports = await Sample.ReadAsync(many.ToString());
        Assert.Equal(21, reports.Count);
        Assert.Equal(["too_many_reports"], Sample.Codes(reports[^1]));
        Assert.Equal((ReportVerdict.Unusable, ReportFindingSeverity.Fatal), (reports[^1].Verdict, reports[^1].Findings[0].Severity));
    }

    [Fact]
    public async Task Parts_inside_each_other_are_bounded()
    {
        var deep = new StringBuilder("From: a@b.example\r\nMIME-Version: 1.0\r\n");
        for (var i = 0; i < 10_000; i++)
        {
            deep.Append($"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n");
        }

        var report = await Sample.ReadOneAsync(deep.ToString());
        Assert.Contains("parts_too_deep", Sample.Codes(report));
    }

    [Fact]
    public async Task Messages_inside_each_other_are_bounded()
    {
        var deep = new StringBuilder("From: a@b.example\r\nMIME-Version: 1.0\r\n");
        for (var i = 0; i < 10_000; i++)
        {
            deep.Append("Content-Type: message/rfc822\r\n\r\n");
        }

        Assert.Equal(ReportVerdict.Unusable, (await Sample.ReadOneAsync(deep.ToString())).Verdict);
    }

    [Fact]
    public async Task A_header_is_bounded()
    {
        var header = new StringBuilder("From: a@b.example\r\nX: ");
        for (var i = 0; i < 1_000_000; i++)
        {
            header.Append("aaaaaaaaa\r\n ");
        }

        Assert.Contains("header_too_large", Sample.Codes(await Sample.ReadOneAsync(header.ToString())));
    }

    [Fact]
    public async Task The_header_of_the_message_that_a_report_is_about_is_bounded()
    {
        var original = new StringBuilder("Message-ID: <1@example.com>\n");
        for (var i = 0; i < 2000; i++)
        {
            original.Append($"X-{i}: y\n");
        }

        var report = await Sample.ReadOneAsync(Sample.Feedback(Fields, original.ToString()));
        Assert.Contains("original_cut", Sample.Codes(report));
        Assert.Equal(500, report.Feedback!.Original!.Fields.Length);
    }
}
