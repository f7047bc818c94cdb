using System.IO.Compression;
using System.Text.Json;
using System.Xml;
using EmailAuth.Cli.Output;
using EmailAuth.Cli.Tests.Schemas;
using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Store.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests.Reports;

/// <summary><c>emailauth reports</c>, from a journal to the files.</summary>
public sealed class ReportsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, long> _sums = [];

    private string Journal => _folder.PathOf("journal");

    private string Store => _folder.PathOf("reports.db");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_journal_becomes_reports_in_files_once()
    {
        await FeedAsync();
        var run = await CollectAsync("--json");
        Assert.Equal((0, 7), (run.ExitCode, JsonDocument.Parse(run.Output).RootElement.GetProperty("messages").GetInt32()));
        Assert.Equal("0 messages imported\n", (await CollectAsync()).Output);
        Assert.Equal(_sums, await JournalFeed.SumsOfAsync(Store));

        var written = await WriteAsync();
        Assert.True(written.ExitCode == 0, written.Error);
        var names = Directory.GetFiles(_folder.PathOf("out")).Select(path => AggregateReportName.ParseFileName(Path.GetFileName(path))!).ToList();
        Assert.Equal(["b.example", "example.com", "example.com"], names.Select(name => name.PolicyDomain.ToString()).Order());
        Assert.All(names, name => Assert.Equal("example.org", name.Receiver.ToString()));
        Assert.All(names, name => Assert.Equal(TestMessages.Noon.AddHours(-12), name.Begin));
        Assert.All(names, name => Assert.Equal(TestMessages.Noon.AddHours(12).AddSeconds(-1), name.End));
        Assert.Equal(3, names.Select(name => name.ReportId).Distinct().Count());

        // A second run keeps them, byte for byte.
        var before = Contents();
        var again = await WriteAsync();
        Assert.Equal((0, ""), (again.ExitCode, again.Output));
        Assert.Contains("0 reports written, 3 kept, 0 not written", again.Error, StringComparison.Ordinal);
        Assert.Equal(before, Contents());
    }

    [Fact]
    public async Task Every_file_fits_the_schema_of_RFC_9990()
    {
        var schema = Repository.SuitePath("reports/rfc9990.xsd");
        Assert.SkipWhen(schema is null, "The schema is not at hand.");
        await FeedAsync();
        await CollectAsync();
        await WriteAsync();
        foreach (var path in Directory.GetFiles(_folder.PathOf("out")))
        {
            var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema };
            settings.Schemas.Add("urn:ietf:params:xml:ns:dmarc-2.0", schema);
            settings.ValidationEventHandler += (_, e) => Assert.Fail($"{path}: {e.Message}");
            await using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            using var reader = XmlReader.Create(file, settings);
            while (reader.Read())
            {
            }
        }
    }

    [Fact]
    public async Task A_message_that_comes_after_its_report_was_written_is_in_another_one()
    {
        await FeedAsync();
        await CollectAsync();
        await WriteAsync();
        await FeedAsync();
        await CollectAsync();
        var run = await WriteAsync("--json");
        var schema = await CheckedSchema.OfAsync(OutputSchema.WrittenReport);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, lines.Length);
        Assert.All(lines, line => Assert.Empty(schema.Faults(line)));
        Assert.Equal(3, lines.Count(line => line.Contains("\"kept\":true", StringComparison.Ordinal)));
        Assert.Equal(6, Directory.GetFiles(_folder.PathOf("out")).Length);
    }

    [Fact]
    public async Task A_report_that_does_not_conform_is_not_written_and_does_not_keep_the_others_from_it()
    {
        await using (var feed = new JournalFeed(Journal, _sums))
        {
            await feed.AddAsync(TestMessages.Of("good.example"));
            await feed.AddAsync(TestMessages.Of("bad.example", source: "not an address"));
        }

        await CollectAsync();
        var run = await WriteAsync();
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("about bad.example is not written: record/row/source_ip", run.Error, StringComparison.Ordinal);
        Assert.Contains("good.example", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(_folder.PathOf("out")))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_period_is_written_when_it_has_ended_and_settled()
    {
        await FeedAsync();
        await CollectAsync();
        Directory.CreateDirectory(_folder.PathOf("out"));
        foreach (var (now, count) in ((string Now, int Count)[])[("2026-11-20T23:59:59Z", 0), ("2026-11-21T00:14:59Z", 0), ("2026-11-21T00:15:00Z", 3)])
        {
            var run = await CommandRun.OfAsync("reports", "write", _folder.PathOf("out"), "--store", Store, "--email", "d@example.org", "--now", now);
            Assert.Equal((0, count), (run.ExitCode, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        }
    }

    [Fact]
    public async Task The_status_has_journals_and_periods()
    {
        await using var feed = new JournalFeed(Journal, _sums);
        await FeedAsync(feed);
        await CollectAsync();
        await feed.AddAsync(1);
        var run = await CommandRun.OfAsync("reports", "status", "--store", Store, "--journal", Journal, "--journal", _folder.PathOf("none"), "--json");
        var schema = await CheckedSchema.OfAsync(OutputSchema.ReportStatus);
        Assert.Empty(schema.Faults(run.Output));
        var journals = JsonDocument.Parse(run.Output).RootElement.GetProperty("journals");
        Assert.Equal((7, "the folder does not exist"), (journals[0].GetProperty("messages").GetInt32(), journals[1].GetProperty("fault").GetString()));
        Assert.InRange(journals[0].GetProperty("waiting_bytes").GetInt64(), 50, 500);
        var period = JsonDocument.Parse(run.Output).RootElement.GetProperty("periods")[0];
        Assert.Equal((7, 3, 1), (period.GetProperty("messages").GetInt32(), period.GetProperty("reports").GetInt32(), period.GetProperty("not_made").GetInt32()));

        var page = (await CommandRun.OfAsync("reports", "status", "--store", Store, "--journal", Journal)).Output;
        Assert.Contains("7 messages up to", page, StringComparison.Ordinal);
        Assert.Contains("2026-11-20T00:00Z to 2026-11-21T00:00Z: 7 messages, 3 reports, 0 final, 1 not made: all their messages are reports", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_shows_a_table_JSON_or_the_XML()
    {
        await FeedAsync();
        await CollectAsync();
        var page = await PreviewAsync("b.example");
        Assert.Contains("messages  source", page.Output, StringComparison.Ordinal);
        Assert.Contains("2         2001:db8::1", page.Output, StringComparison.Ordinal);

        var json = await PreviewAsync("example.com", "--json");
        Assert.Empty((await CheckedSchema.OfAsync(OutputSchema.ReportPreview)).Faults(json.Output));
        var reports = JsonDocument.Parse(json.Output).RootElement.GetProperty("reports").EnumerateArray().ToList();
        Assert.Equal(["none", "reject"], reports.Select(report => report.GetProperty("policy").GetProperty("p").GetString()).Order());

        var many = await PreviewAsync("example.com", "--xml", "--email", "d@example.org");
        Assert.Equal(2, many.ExitCode);
        Assert.Contains("there are 2 reports: choose one with --report", many.Error, StringComparison.Ordinal);
        var id = reports[0].GetProperty("id").GetString()!;
        var xml = new XmlDocument();
        xml.LoadXml((await PreviewAsync("example.com", "--xml", "--email", "d@example.org", "--report", id)).Output);
        Assert.Equal(id, xml.GetElementsByTagName("report_id")[0]!.InnerText);

        // Looking makes nothing final.
        Assert.Contains("0 final", (await CommandRun.OfAsync("reports", "status", "--store", Store)).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await PreviewAsync("other.example")).ExitCode);
        Assert.Contains("not made: all messages are reports", (await PreviewAsync("loop.example")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status", OutputSchema.ReportStatus)]
    [InlineData("preview", OutputSchema.ReportPreview)]
    [InlineData("write", OutputSchema.WrittenReport)]
    public async Task Each_schema_is_printed_and_wants_all_members(string command, string name)
    {
        var run = await CommandRun.OfAsync("reports", command, "--schema");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(await File.ReadAllTextAsync(Repository.PathOf("src", "EmailAuth.Cli", "schemas", name), Cancel), run.Output);
        Assert.NotEmpty((await CheckedSchema.OfAsync(name)).Faults("{}"));
    }

    [Theory]
    [InlineData(2, "--period must be 1, 2, 3, 4, 6, 8, 12 or 24, not '5'", "collect", "--journal", "x", "--period", "5")]
    [InlineData(2, "--keep must be a number from 0 to 3650, not '-1'", "collect", "--journal", "x", "--keep", "-1")]
    [InlineData(2, "--follow and --json exclude each other", "collect", "--journal", "x", "--follow", "--json")]
    [InlineData(2, "--store must not have a password", "status", "--store", "postgres://u:secret@db.example/x")]
    [InlineData(2, "--store must not have a password", "status", "--store", "Host=db.example;Password=secret")]
    [InlineData(2, "the address of the store is not readable", "status", "--store", "postgres://db.example/x?no-such-thing=1")]
    [InlineData(2, "--email is missing", "write", ".")]
    [InlineData(2, "--email must be an address", "write", ".", "--email", "nobody")]
    [InlineData(2, "DIR is missing", "write", "--email", "d@example.org")]
    [InlineData(2, "DOMAIN is missing", "preview")]
    [InlineData(2, "--xml needs --email", "preview", "example.com", "--xml")]
    [InlineData(2, "--day must be a date such as 2026-11-20, not 'yesterday'", "preview", "example.com", "--day", "yesterday")]
    [InlineData(2, "'reports' needs one of its commands: collect, status, preview, write", "colect")]
    [InlineData(3, "does not exist: \"emailauth reports collect\" makes it", "status", "--store", "no/such/file")]
    [InlineData(3, "the folder 'no/such' does not exist", "write", "no/such", "--email", "d@example.org")]
    [InlineData(3, "does not answer", "status", "--store", "postgres://u@127.0.0.1:9/x")]
    public async Task What_is_wrong_is_said_in_one_line(int exitCode, string expected, params string[] arguments)
    {
        var run = await CommandRun.OfAsync(["reports", .. arguments]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task A_journal_that_is_missing_does_not_keep_the_others_waiting()
    {
        await FeedAsync();
        var run = await CommandRun.OfAsync("reports", "collect", "--store", Store, "--keep", "0", "--journal", _folder.PathOf("none"), "--journal", Journal);
        Assert.Equal((3, "7 messages imported\n"), (run.ExitCode, run.Output));
        Assert.Contains("cannot be read: it does not exist", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_stays_away_leaves_the_journal_as_it_is()
    {
        await FeedAsync();
        var before = Directory.GetFiles(Journal);
        var run = await CommandRun.OfAsync("reports", "collect", "--store", "postgres://u@127.0.0.1:9/x", "--journal", Journal, "--wait", "0");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("does not answer", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(Journal));
    }

    [Fact]
    public async Task A_password_file_that_others_can_read_is_refused()
    {
        var file = _folder.Write("password", "secret\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        }

        var run = await CommandRun.OfAsync("reports", "status", "--store", "postgres://u@127.0.0.1:9/x", "--password-file", file);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("others can read or change it", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task FeedAsync()
    {
        await using var feed = new JournalFeed(Journal, _sums);
        await FeedAsync(feed);
    }

    // Seven messages of three domains: one with two policies, one whose messages are all reports.
    private async Task FeedAsync(JournalFeed feed)
    {
        await feed.AddAsync(TestMessages.Of());
        await feed.AddAsync(TestMessages.Of());
        await feed.AddAsync(TestMessages.Of(policy: DmarcPolicy.None));
        await feed.AddAsync(TestMessages.Of("b.example", "2001:db8::1"));
        await feed.AddAsync(TestMessages.Of("b.example", "2001:db8::1"));
        await feed.AddAsync(TestMessages.Of("b.example", "192.0.2.9", isReport: true));
        var counted = new Dictionary<string, long>(_sums);
        await feed.AddAsync(TestMessages.Of("loop.example", isReport: true));
        await feed.AddAsync(0);

        // The sums are those of the reports that are made.
        _sums.Clear();
        foreach (var (row, count) in counted)
        {
            _sums.Add(row, count);
        }
    }

    private Task<CommandRun> CollectAsync(params string[] options) => CommandRun.OfAsync(["reports", "collect", "--store", Store, "--journal", Journal, "--keep", "0", .. options]);

    private Task<CommandRun> PreviewAsync(string domain, params string[] options) =>
        CommandRun.OfAsync(["reports", "preview", domain, "--day", "2026-11-20", "--store", Store, .. options]);

    private Task<CommandRun> WriteAsync(params string[] options)
    {
        Directory.CreateDirectory(_folder.PathOf("out"));
        return CommandRun.OfAsync(["reports", "write", _folder.PathOf("out"), "--store", Store, "--email", "d@example.org", "--org-name", "Example", .. options]);
    }

    private Dictionary<string, string> Contents() =>
        Directory.GetFiles(_folder.PathOf("out")).ToDictionary(path => path, path => Convert.ToBase64String(File.ReadAllBytes(path)));
}
