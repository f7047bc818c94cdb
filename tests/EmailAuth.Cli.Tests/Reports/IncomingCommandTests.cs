using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EmailAuth.Cli.Output;
using EmailAuth.Cli.Tests.Schemas;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Incoming;
using Xunit;

namespace EmailAuth.Cli.Tests.Reports;

/// <summary><c>emailauth reports import</c> and <c>summary</c>.</summary>
public sealed class IncomingCommandTests : IDisposable
{
    private static readonly string[] Period = ["--since", "2026-11-18", "--until", "2026-11-24"];

    private readonly TemporaryFolder _folder = new();

    private string Store => _folder.PathOf("reports.db");

    [Fact]
    public async Task A_Maildir_that_is_imported_again_counts_once_and_is_summed_up()
    {
        var maildir = Directory.CreateDirectory(_folder.PathOf("Maildir/new")).FullName;
        await File.WriteAllTextAsync(Path.Combine(maildir, "1"), Mail(Report("1", rows: 2, messages: 5)), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(maildir, "2"), Mail(Report("2", rows: 1, messages: 7)), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(maildir, "3"), "From: a@example.org\r\n\r\nhello\r\n", TestContext.Current.CancellationToken);
        var first = await ImportAsync(_folder.PathOf("Maildir"));
        Assert.Equal((0, "2 reports stored, 0 duplicates, 0 other versions, 1 unusable, 0 split evenly over their days\n"), (first.ExitCode, first.Output));
        Assert.Contains("cannot be used", first.Error, StringComparison.Ordinal);
        Assert.Equal("0 reports stored, 3 duplicates, 0 other versions, 0 unusable, 0 split evenly over their days\n", (await ImportAsync(_folder.PathOf("Maildir"))).Output);

        var text = await SummaryAsync();
        Assert.Contains("answer: 100.0% of 17 messages pass DMARC, from 2 sources", text.Output, StringComparison.Ordinal);
        var json = await SummaryAsync("--json");
        Assert.Empty((await CheckedSchema.OfAsync(OutputSchema.ReportSummary)).Faults(json.Output));
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal(17, document.RootElement.GetProperty("messages").GetProperty("messages").GetInt64());
        // The mail without a report counts on the day of the import, which is not in the period.
        Assert.Equal(2, document.RootElement.GetProperty("documents").GetProperty("duplicates").GetInt64());
    }

    [Fact]
    public async Task Another_version_is_said()
    {
        await ImportAsync("-", Report("1", rows: 1, messages: 5));
        var run = await ImportAsync("-", Report("1", rows: 1, messages: 6));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("report 1 of reporter.example is another version of a report that counts", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("0 reports stored, 0 duplicates, 1 other versions", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://postgres@127.0.0.1:9/postgres")]
    [InlineData("/no/such/folder/reports.db")]
    public async Task A_store_that_is_away_makes_Postfix_keep_the_message(string store)
    {
        var run = await CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(Mail(Report("1", 1, 1))), "reports", "import", "-", "--offline", "--store", store);
        Assert.Equal((75, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task The_page_has_the_figures()
    {
        await ImportAsync("-", Report("1", rows: 2, messages: 5));
        var page = _folder.PathOf("page.html");
        Assert.Equal(0, (await SummaryAsync("--html", page)).ExitCode);
        var html = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        Assert.Contains("100.0 % of the mail is aligned", html, StringComparison.Ordinal);
        Assert.Contains("192.0.2.1", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--since", "yesterday", "must be a day such as 2026-11-20")]
    [InlineData("--since", "2030-01-01", "must be before --until")]
    [InlineData("--top", "0", "must be a number from 1 to 1000")]
    public async Task Wrong_usage_is_said(string option, string value, string expected)
    {
        var run = await CommandRun.OfAsync("reports", "summary", "example.com", "--store", Store, option, value, "--now", "2026-11-29T00:00:00Z");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.35)]
    [InlineData(0.7)]
    public async Task An_import_that_is_killed_stored_each_report_whole_or_not_at_all(double share)
    {
        const int Reports = 60;
        const int Rows = 150;
        var mailbox = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, Reports).Select(id =>
            $"From reporter@example.org Fri Nov 20 00:00:00 2026\n{Mail(Report(id.ToString(CultureInfo.InvariantCulture), Rows, 1)).ReplaceLineEndings("\n")}\n")));

        // What is behind the part that was written never comes: the process waits for it, in the middle of a message, when it is killed.
        using (var process = Process.Start(CommandRun.StartInfo(["reports", "import", "-", "--offline", "--store", Store]))!)
        {
            await process.StandardInput.BaseStream.WriteAsync(mailbox.AsMemory(0, (int)(mailbox.Length * share)), TestContext.Current.CancellationToken);
            await process.StandardInput.BaseStream.FlushAsync(TestContext.Current.CancellationToken);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var killed = await StoredAsync();
        Assert.Equal(killed.Documents.Counted * Rows, killed.Messages.Count);
        var run = await CommandRun.WithInputAsync(mailbox, "reports", "import", "-", "--offline", "--store", Store);
        Assert.True(run.ExitCode == 0, run.Error);
        var whole = await StoredAsync();
        Assert.Equal((Reports, Reports * Rows, killed.Documents.Counted), (whole.Documents.Counted, whole.Messages.Count, whole.Documents.Duplicates));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<IncomingSummary> StoredAsync()
    {
        await using var store = await ReportStore.OpenAsync(Store, cancellationToken: TestContext.Current.CancellationToken);
        return await IncomingSummary.ReadAsync((IIncomingReportStore)store, "example.com", new DateOnly(2026, 11, 18), new DateOnly(2026, 11, 24), 10, TestContext.Current.CancellationToken);
    }

    private Task<CommandRun> ImportAsync(string path, string input = "") =>
        CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(input), "reports", "import", path, "--offline", "--store", Store);

    private Task<CommandRun> SummaryAsync(params string[] more) => CommandRun.OfAsync(["reports", "summary", "example.com", "--store", Store, .. Period, .. more]);

    private static string Mail(string report) =>
        $"From: d@reporter.example\r\nSubject: Report Domain: example.com\r\nMIME-Version: 1.0\r\nContent-Type: text/xml\r\n\r\n{report}\r\n";

    private static string Report(string id, int rows, int messages)
    {
        var records = Enumerable.Range(1, rows).Select(row =>
            $"<record><row><source_ip>192.0.2.{row}</source_ip><count>{messages}</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>pass</spf></policy_evaluated></row>\n"
            + "<identifiers><header_from>example.com</header_from></identifiers><auth_results><dkim><domain>example.com</domain><selector>s1</selector><result>pass</result></dkim>\n"
            + "<spf><domain>example.com</domain><scope>mfrom</scope><result>pass</result></spf></auth_results></record>\n");
        return $"<?xml version=\"1.0\"?><feedback><report_metadata><org_name>Reporter</org_name><email>d@reporter.example</email><report_id>{id}</report_id>\n"
            + "<date_range><begin>1795132800</begin><end>1795219199</end></date_range></report_metadata>\n"
            + $"<policy_published><domain>example.com</domain><p>none</p></policy_published>{string.Concat(records)}</feedback>";
    }
}
