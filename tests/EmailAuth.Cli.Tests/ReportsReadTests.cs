using System.IO.Compression;
using System.Text;
using System.Text.Json;
using EmailAuth.Cli.Output;
using EmailAuth.Cli.Tests.Schemas;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary><c>emailauth reports read</c>.</summary>
public sealed class ReportsReadTests
{
    private const string Complaint = "From: fbl@provider.example\r\nSubject: FW: Offer\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
        + "--b\r\nContent-Type: text/plain\r\n\r\nA complaint.\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: x\r\nVersion: 1\r\n\r\n"
        + "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nReturn-Path: <news+joe=example.org@list.example>\r\nFrom: \x1b[31mnews@list.example\r\nMessage-ID: <1@list.example>\r\n\r\n--b--\r\n";

    [Fact]
    public async Task A_complaint_is_one_line_of_JSON_with_the_recipient()
    {
        var run = await CommandRun.WithInputAsync(Encoding.ASCII.GetBytes(Complaint), "reports", "read", "--json", "--offline");
        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        using var line = JsonDocument.Parse(Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal("feedback", line.RootElement.GetProperty("kind").GetString());
        Assert.Contains("joe@example.org", line.RootElement.GetProperty("feedback").GetProperty("tokens").EnumerateArray().Select(token => token.GetProperty("recipient").GetString()));
        Assert.Empty((await CheckedSchema.OfAsync(OutputSchema.ReportLine)).Faults(line.RootElement.GetRawText()));
    }

    [Fact]
    public async Task People_see_no_control_characters_and_who_signed_the_mail()
    {
        var run = await CommandRun.WithInputAsync(Encoding.ASCII.GetBytes(Complaint), "reports", "read", "-", "--zone", "testdata/zones/rfc8463.json");
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("Feedback report: conforms", run.Output, StringComparison.Ordinal);
        Assert.Contains("signed by: nobody: dkim=none", run.Output, StringComparison.Ordinal);
        Assert.Contains("(joe@example.org)", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\x1b', run.Output);
    }

    [Fact]
    public async Task A_folder_is_read_and_what_is_not_a_report_is_said_with_the_exit_code()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "new"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "new", "1"), Complaint, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "new", "2"), "From: a@example.com\r\n\r\nhello\r\n", TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync("reports", "read", folder.Path, "--offline", "--json");
        Assert.Equal(1, run.ExitCode);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["feedback", "none"], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()));
        var schema = await CheckedSchema.OfAsync(OutputSchema.ReportLine);
        Assert.All(lines, line => Assert.Empty(schema.Faults(line)));
    }

    [Fact]
    public async Task Every_kind_keeps_to_the_schema()
    {
        if (Repository.SuitePath(Path.Combine("reports", "rfc9990.xsd")) is not { } file)
        {
            Assert.Skip("The fixtures of others are not beside the project.");
            return;
        }

        var run = await CommandRun.OfAsync("reports", "read", Path.Combine(Path.GetDirectoryName(file)!, "mail-auth"), "--offline", "--json");
        var schema = await CheckedSchema.OfAsync(OutputSchema.ReportLine);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(35, lines.Length);
        Assert.All(lines, line => Assert.Empty(schema.Faults(line)));
    }

    [Fact]
    public async Task An_aggregate_report_is_shown_with_its_rows()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write("""
                <feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0"><version>1.0</version><report_metadata><org_name>Example Org</org_name><email>dmarc@example.org</email><report_id>1</report_id>
                <date_range><begin>1700006400</begin><end>1700092799</end></date_range></report_metadata><policy_published><domain>example.com</domain><p>reject</p></policy_published>
                <record><row><source_ip>192.0.2.1</source_ip><count>2</count><policy_evaluated><disposition>pass</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
                <identifiers><header_from>example.com</header_from></identifiers><auth_results/></record></feedback>
                """u8);
        }

        var run = await CommandRun.WithInputAsync(compressed.ToArray(), "reports", "read");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("DMARC aggregate report: conforms  example.org about example.com", run.Output, StringComparison.Ordinal);
        Assert.Contains("192.0.2.1", run.Output, StringComparison.Ordinal);
        Assert.Contains("2 in 1 rows", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_report_of_a_message_is_shown_with_its_own_rows()
    {
        var parts = new[] { (Id: "1", Row: 1, Count: 30), (Id: "2", Row: 101, Count: 2) }.Select(static report =>
            $"--b\r\nContent-Type: text/xml\r\n\r\n<feedback><report_metadata><org_name>O</org_name><email>d@example.org</email><report_id>{report.Id}</report_id>"
            + "<date_range><begin>1700006400</begin><end>1700092799</end></date_range></report_metadata><policy_published><domain>example.com</domain><p>reject</p></policy_published>"
            + string.Concat(Enumerable.Range(report.Row, report.Count).Select(static number =>
                $"<record><row><source_ip>192.0.2.{number}</source_ip><count>1</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>"
                + "<identifiers><header_from>example.com</header_from></identifiers><auth_results/></record>"))
            + "</feedback>\r\n");
        var mail = $"From: d@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{string.Concat(parts)}--b--\r\n";

        var run = await CommandRun.WithInputAsync(Encoding.ASCII.GetBytes(mail), "reports", "read", "--offline");

        var second = run.Output.LastIndexOf("DMARC aggregate report", StringComparison.Ordinal);
        Assert.Contains("192.0.2.20 ", run.Output[..second], StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.21 ", run.Output, StringComparison.Ordinal);
        Assert.Contains("10 rows; --json shows all", run.Output[..second], StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.101", run.Output[..second], StringComparison.Ordinal);
        Assert.Contains("192.0.2.102", run.Output[second..], StringComparison.Ordinal);
        Assert.DoesNotContain("shows all", run.Output[second..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_missing_is_an_error()
    {
        var run = await CommandRun.OfAsync("reports", "read", "no-such-file");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("does not exist", run.Error, StringComparison.Ordinal);
    }
}
