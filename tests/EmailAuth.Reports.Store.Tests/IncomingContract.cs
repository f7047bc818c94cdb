using System.Text;
using EmailAuth.Reports.Store.Incoming;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Reports.Store.Tests;

/// <summary>What holds for the reports that come in, in every store.</summary>
public abstract partial class ReportStoreContract
{
    private static readonly DateOnly Day = new(2026, 11, 20);

    [Fact]
    public async Task A_report_counts_once_however_often_it_comes_in()
    {
        await using var store = await OpenAsync();
        Assert.Equal([IncomingResult.Counted], await ReceiveAsync(store, Report(rows: [("192.0.2.1", 3, "pass", "fail"), ("192.0.2.1", 2, "pass", "fail"), ("192.0.2.2", 4, "fail", "fail")])));
        Assert.Equal([IncomingResult.Duplicate], await ReceiveAsync(store, Report(rows: [("192.0.2.1", 3, "pass", "fail"), ("192.0.2.1", 2, "pass", "fail"), ("192.0.2.2", 4, "fail", "fail")])));
        var summary = await SummaryAsync(store);
        Assert.Equal((9, 5, 0, 5, 2), (summary.Messages.Count, summary.Messages.Dkim, summary.Messages.Spf, summary.Messages.Passing, summary.Messages.Names));
        Assert.Equal([("192.0.2.1", 5, 5), ("192.0.2.2", 4, 0)], summary.Sources.Select(source => (source.Key, source.Count, source.Passing)));
        Assert.Equal((1, 1, 9, 4), (summary.Documents.Counted, summary.Documents.Duplicates, summary.Documents.Messages, summary.Documents.Failed));
        Assert.Equal("reporter.example", Assert.Single(summary.Reporters).Submitter);
        Assert.Equal("p=none", Assert.Single(summary.Policies).Key);
    }

    [Fact]
    public async Task Another_version_is_kept_and_does_not_count()
    {
        await using var store = await OpenAsync();
        await ReceiveAsync(store, Report(rows: [("192.0.2.1", 3, "pass", "fail")]));
        Assert.Equal([IncomingResult.OtherVersion], await ReceiveAsync(store, Report(rows: [("192.0.2.1", 30, "pass", "fail")])));
        var summary = await SummaryAsync(store);
        Assert.Equal((3, 1, 1), (summary.Messages.Count, summary.Documents.Counted, summary.Documents.OtherVersions));
    }

    [Fact]
    public async Task The_version_that_its_submitter_signed_counts_instead_of_another()
    {
        await using var store = await OpenAsync();
        var incoming = (IIncomingReportStore)store;
        Assert.Equal(IncomingResult.Counted, await incoming.AddAsync(Document("1", isSigned: false), Facts(3), Cancel));
        Assert.Equal(IncomingResult.Replaced, await incoming.AddAsync(Document("2", isSigned: true), Facts(5), Cancel));
        Assert.Equal(IncomingResult.OtherVersion, await incoming.AddAsync(Document("3", isSigned: true), Facts(7), Cancel));
        Assert.Equal(IncomingResult.Duplicate, await incoming.AddAsync(Document("1", isSigned: true), Facts(3), Cancel));
        var summary = await SummaryAsync(store);
        Assert.Equal((5, 1, 2), (summary.Messages.Count, summary.Documents.Signed, summary.Documents.OtherVersions));
    }

    [Fact]
    public async Task What_cannot_be_used_is_recorded_with_its_findings_and_never_counts()
    {
        await using var store = await OpenAsync();
        var report = Report(rows: [("192.0.2.1", 3, "pass", "fail")]);
        Assert.Equal([IncomingResult.Unusable], await ReceiveAsync(store, report.Replace("<feedback>", "<!DOCTYPE feedback [<!ENTITY a \"b\">]><feedback>", StringComparison.Ordinal)));
        Assert.Equal([IncomingResult.Unusable], await ReceiveAsync(store, "From: a@example.org\r\n\r\nhello\r\n"));
        Assert.Equal([IncomingResult.Duplicate], await ReceiveAsync(store, "From: a@example.org\r\n\r\nhello\r\n"));
        var summary = await SummaryAsync(store);
        Assert.Equal((0, 0, 2), (summary.Messages.Count, summary.Documents.Counted, summary.Documents.Unusable));

        // They say no domain that they are about.
        Assert.Contains((await IncomingSummary.ReadAsync((IIncomingReportStore)store, string.Empty, Day, Day.AddDays(3), 10, Cancel)).Findings, finding => finding.Detail == "fatal");

        // The report itself counts, although one that cannot be used came before.
        Assert.Equal([IncomingResult.Counted], await ReceiveAsync(store, report));
    }

    [Fact]
    public async Task A_failure_in_the_middle_stores_nothing()
    {
        await using var store = await OpenAsync();
        var incoming = (IIncomingReportStore)store;
        await Assert.ThrowsAsync<InvalidOperationException>(() => incoming.AddAsync(Document("1", isSigned: false), Facts(250, fails: true), Cancel));
        var summary = await SummaryAsync(store);
        Assert.Equal((0, 0), (summary.Messages.Count, summary.Documents.Counted));
        Assert.Equal(IncomingResult.Counted, await incoming.AddAsync(Document("1", isSigned: false), Facts(250), Cancel));
        Assert.Equal(250, (await SummaryAsync(store)).Messages.Count);
    }

    [Theory]
    [InlineData(1, "2026-11-20 7")]
    [InlineData(3, "2026-11-20 3, 2026-11-21 2, 2026-11-22 2")]
    [InlineData(40, "2026-11-20 7")]
    public async Task A_report_over_several_days_is_split_evenly(int days, string expected)
    {
        await using var store = await OpenAsync();
        await ReceiveAsync(store, Report(days: days, rows: [("192.0.2.1", 7, "pass", "pass")]));
        var summary = await SummaryAsync(store);
        Assert.Equal(expected, string.Join(", ", summary.Days.Select(day => $"{day.Key} {day.Count}")));
        Assert.Equal(days == 3 ? 1 : 0, summary.Documents.Split);
    }

    [Fact]
    public async Task What_changed_against_the_period_before_is_found_and_bounded()
    {
        await using var store = await OpenAsync();
        await ReceiveAsync(store, Report("1", Day.AddDays(-10), rows: [("192.0.2.1", 10, "pass", "pass"), ("192.0.2.2", 10, "fail", "fail")]));
        await ReceiveAsync(store, Report("2", rows: [("192.0.2.1", 10, "fail", "fail"), ("192.0.2.2", 10, "fail", "fail"), ("192.0.2.3", 4, "pass", "pass"), ("192.0.2.4", 5, "pass", "pass")]));
        var summary = await SummaryAsync(store);
        Assert.Equal(["192.0.2.4", "192.0.2.3"], summary.NewSources.Select(source => source.Key));
        Assert.Equal(["192.0.2.1"], summary.StoppedSources.Select(source => source.Key));
        Assert.Equal([("example.com", "s1")], summary.FailingSelectors.Select(source => (source.Key, source.Detail)));
        Assert.Equal("192.0.2.4", Assert.Single((await SummaryAsync(store, top: 1)).NewSources).Key);
        Assert.Empty((await IncomingSummary.ReadAsync((IIncomingReportStore)store, "example.com", Day.AddDays(-10), Day.AddDays(-10), 10, Cancel)).NewSources);
    }

    [Fact]
    public async Task Sums_of_which_nothing_passes_can_be_left_out()
    {
        await using var store = await OpenAsync();
        await ReceiveAsync(store, Report("1", Day.AddDays(-3), rows: [("192.0.2.3", 9, "pass", "pass")]));
        await ReceiveAsync(store, Report("2", rows: [("192.0.2.1", 9, "fail", "fail"), ("192.0.2.2", 4, "fail", "fail"), ("192.0.2.2", 1, "pass", "fail"), ("192.0.2.3", 9, "fail", "fail")]));
        var query = new IncomingQuery { Domain = "example.com", Before = Day.AddDays(-3), Since = Day, Until = Day, Group = IncomingGroup.Name, Change = IncomingChange.Passing, Top = 1 };
        var sums = new List<IncomingSum>();
        await foreach (var sum in ((IIncomingReportStore)store).SumAsync(query, Cancel))
        {
            sums.Add(sum);
        }

        Assert.Equal([("192.0.2.2", 5L, 1L)], sums.Select(sum => (sum.Key, sum.Count, sum.Passing)));
    }

    [Fact]
    public async Task Names_below_the_domain_are_in_its_sums_and_others_are_not()
    {
        await using var store = await OpenAsync();
        foreach (var domain in (string[])["example.com", "mail.example.com", "notexample.com", "com"])
        {
            await ReceiveAsync(store, Report(domain: domain, rows: [("192.0.2.1", 1, "pass", "pass")]));
        }

        Assert.Equal(2, (await SummaryAsync(store)).Messages.Count);
    }

    [Fact]
    public async Task Complaints_are_counted_by_stream_without_addresses_of_people()
    {
        await using var store = await OpenAsync();
        await ReceiveAsync(store, Complaint("Feedback-ID: spring:shop:news:id1", "1"));
        await ReceiveAsync(store, Complaint("Feedback-ID: spring:shop:news:id1", "2"));
        await ReceiveAsync(store, Complaint("List-Id: News <news.example.com>", "3"));
        await ReceiveAsync(store, Complaint("CFBL-Feedback-ID: joe=example.org:7", "4"));
        var summary = await SummaryAsync(store);
        Assert.Equal([("spring:shop:news:id1", "abuse", 2), ("example.com", "abuse", 1), ("news.example.com", "abuse", 1)], summary.Complaints.Select(one => (one.Key, one.Detail, one.Count)));
    }

    [Fact]
    public async Task TLS_failures_are_counted_by_kind_and_MX()
    {
        await using var store = await OpenAsync();
        const string Report = """
            {"organization-name":"Reporter","date-range":{"start-datetime":"2026-11-20T00:00:00Z","end-datetime":"2026-11-20T23:59:59Z"},"contact-info":"tls@reporter.example","report-id":"1",
            "policies":[{"policy":{"policy-type":"sts","policy-string":["version: STSv1"],"policy-domain":"example.com"},"summary":{"total-successful-session-count":90,"total-failure-session-count":10},
            "failure-details":[{"result-type":"certificate-expired","sending-mta-ip":"192.0.2.9","receiving-mx-hostname":"mx.example.com","failed-session-count":10}]}]}
            """;
        Assert.Equal([IncomingResult.Counted], await ReceiveAsync(store, Report));
        var summary = await SummaryAsync(store);
        Assert.Equal((100, 90, 1), (summary.TlsSessions.Count, summary.TlsSessions.Passing, summary.Documents.Tls));
        Assert.Equal([("certificate-expired", "mx.example.com", 10)], summary.TlsFailures.Select(one => (one.Key, one.Detail, one.Count)));
        Assert.Equal("reporter.example", Assert.Single(summary.TlsReporters).Detail);
    }

    [Fact]
    public async Task Counts_that_are_forged_do_not_overflow_the_sums()
    {
        await using var store = await OpenAsync();
        for (var id = 0; id < 3; id++)
        {
            await ReceiveAsync(store, Report($"{id}", rows: [("192.0.2.1", long.MaxValue / 2, "pass", "pass"), ("192.0.2.2", long.MaxValue / 2, "pass", "pass")]));
        }

        Assert.True((await SummaryAsync(store)).Messages.Count > 0);
    }

    [Fact]
    public async Task A_TLS_report_of_many_policies_does_not_overflow_the_sums()
    {
        await using var store = await OpenAsync();
        const string Sessions = "\"summary\":{\"total-successful-session-count\":9007199254740991,\"total-failure-session-count\":9007199254740991}";
        var policies = string.Join(',', Enumerable.Range(0, 9500).Select(number => $"{{\"policy\":{{\"policy-type\":\"sts\",\"policy-domain\":\"{(number % 2 == 0 ? "" : $"m{number}.")}example.com\"}},{Sessions}}}"));
        var report = "{\"organization-name\":\"Reporter\",\"date-range\":{\"start-datetime\":\"2026-11-20T00:00:00Z\",\"end-datetime\":\"2026-11-20T23:59:59Z\"},"
            + $"\"contact-info\":\"tls@reporter.example\",\"report-id\":\"1\",\"policies\":[{policies}]}}";
        Assert.Equal([IncomingResult.Counted], await ReceiveAsync(store, report));
        var summary = await SummaryAsync(store);
        Assert.Equal((1_000_000_000_000_000, 1_000_000_000_000_000), (summary.TlsSessions.Count, summary.TlsSessions.Passing));
    }

    [Fact]
    public async Task Without_reports_all_sums_are_0()
    {
        await using var store = await OpenAsync();
        var summary = await SummaryAsync(store);
        Assert.Equal((0, 0, 0, 0), (summary.Messages.Count, summary.Documents.Messages, summary.Documents.Failed, summary.TlsSessions.Count));
    }

    [Theory]
    [InlineData("News <news@example.com>", "example.com")]
    [InlineData("news@Example.COM (John Q Smith)", "example.com")]
    [InlineData("news@example.com (John, john@private.example)", "example.com")]
    [InlineData("(John) news@example.com", "example.com")]
    [InlineData("\"john@private.example\" <news@example.com>", "example.com")]
    [InlineData("John Smith", "reported.example")]
    [InlineData("john@", "reported.example")]
    public async Task A_complaint_without_a_stream_is_of_the_domain_of_From_and_names_nobody(string from, string expected)
    {
        await using var store = await OpenAsync();
        var complaint = Complaint("X-Nothing: 1", "1").Replace("From: News <news@example.com>", $"From: {from}", StringComparison.Ordinal)
            .Replace("Reported-Domain: example.com", "Reported-Domain: reported.example", StringComparison.Ordinal);
        await ReceiveAsync(store, complaint);
        var summary = await IncomingSummary.ReadAsync((IIncomingReportStore)store, "reported.example", Day.AddDays(-3), Day.AddDays(3), 10, Cancel);
        Assert.Equal(expected, Assert.Single(summary.Complaints).Key);
    }

    [Fact]
    public async Task Rows_of_reports_that_are_too_many_are_not_rows_of_others()
    {
        await using var store = await OpenAsync();
        await using var importer = new ReportImporter((IIncomingReportStore)store, timeProvider: Clock);
        var parts = Enumerable.Range(0, 22).Select(number => $"--b\r\nContent-Type: text/xml\r\n\r\n{Report($"s{number}", domain: "stranger.example", rows: [("192.0.2.66", 1000, "fail", "fail")])}\r\n");
        var many = $"From: d@stranger.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{string.Concat(parts)}--b--\r\n";

        Assert.Equal(21, (await ReceiveAsync(importer, many)).Count);
        Assert.Equal([IncomingResult.Counted], await ReceiveAsync(importer, Report(rows: [("192.0.2.1", 5, "pass", "pass")])));

        var source = Assert.Single((await SummaryAsync(store)).Sources);
        Assert.Equal(("192.0.2.1", 5), (source.Key, source.Count));
    }

    [Fact]
    public async Task Rows_of_an_import_that_was_left_are_not_rows_of_the_next()
    {
        await using var store = await OpenAsync();
        await using var importer = new ReportImporter((IIncomingReportStore)store, timeProvider: Clock);
        var two = string.Concat(Enumerable.Range(0, 2).Select(number => $"--b\r\nContent-Type: text/xml\r\n\r\n{Report($"s{number}", rows: [("192.0.2.66", 1000, "fail", "fail")])}\r\n"));
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($"From: d@stranger.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{two}--b--\r\n"));
        await foreach (var first in importer.ImportAsync(stream, Cancel))
        {
            Assert.Equal(IncomingResult.Counted, first.Result);
            break;
        }

        Assert.Equal([IncomingResult.Counted], await ReceiveAsync(importer, Report("other", rows: [("192.0.2.1", 5, "pass", "pass")])));
        Assert.Equal([("192.0.2.66", 1000), ("192.0.2.1", 5)], (await SummaryAsync(store)).Sources.Select(source => (source.Key, source.Count)));
    }

    [Fact]
    public async Task The_fixtures_of_others_add_up_and_count_once()
    {
        if (Path.GetDirectoryName(Repository.SuitePath("reports/rfc9990.xsd")) is not { } folder)
        {
            Assert.Skip("The fixtures of others are not beside the project.");
            return;
        }

        await using var store = await OpenAsync();
        await using var importer = new ReportImporter((IIncomingReportStore)store, timeProvider: Clock);
        var expected = new Dictionary<string, long>(StringComparer.Ordinal);
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        for (var round = 0; round < 2; round++)
        {
            var counted = 0;
            foreach (var file in files)
            {
                await using var stream = File.OpenRead(file);
                await foreach (var report in importer.ImportAsync(stream, Cancel))
                {
                    counted += report.Result == IncomingResult.Counted ? 1 : 0;
                    if (report is { Result: IncomingResult.Counted, Document: { Kind: Reading.ReportKind.Aggregate } document })
                    {
                        expected[document.Domain] = expected.GetValueOrDefault(document.Domain) + document.Messages;
                    }
                }
            }

            // The second time nothing is new.
            Assert.Equal(round == 0, counted > 0);
        }

        Assert.True(expected.Count > 5);
        foreach (var domain in expected.Keys)
        {
            // The documents say how many messages they have; the sums are of the rows.
            var all = new IncomingQuery { Domain = domain, Before = DateOnly.MinValue, Since = DateOnly.MinValue, Until = DateOnly.MaxValue };
            var sum = 0L;
            await foreach (var one in ((IIncomingReportStore)store).SumAsync(all, Cancel))
            {
                sum = one.Count;
            }

            Assert.Equal((domain, expected.Where(pair => pair.Key == domain || pair.Key.EndsWith("." + domain, StringComparison.Ordinal)).Sum(pair => pair.Value)), (domain, sum));
        }
    }

    private static async IAsyncEnumerable<IncomingFact> Facts(int count, bool fails = false)
    {
        for (var number = 0; number < count; number++)
        {
            yield return new IncomingFact { Kind = IncomingFactKind.Row, Day = Day, Name = $"2001:db8::{number:x}", Count = 1 };
        }

        await Task.CompletedTask;
        if (fails)
        {
            throw new InvalidOperationException("The facts end here.");
        }
    }

    private static IncomingDocument Document(string content, bool isSigned) => new()
    {
        Identity = "one",
        ContentHash = content,
        Kind = Reading.ReportKind.Aggregate,
        Verdict = ReportVerdict.Conforms,
        Submitter = "reporter.example",
        Domain = "example.com",
        FirstDay = Day,
        LastDay = Day,
        IsSigned = isSigned,
    };

    private static Task<IncomingSummary> SummaryAsync(IReportStore store, int top = 10) =>
        IncomingSummary.ReadAsync((IIncomingReportStore)store, "example.com", Day.AddDays(-3), Day.AddDays(3), top, Cancel);

    private async Task<List<IncomingResult>> ReceiveAsync(IReportStore store, string text)
    {
        await using var importer = new ReportImporter((IIncomingReportStore)store, timeProvider: Clock);
        return await ReceiveAsync(importer, text);
    }

    private static async Task<List<IncomingResult>> ReceiveAsync(ReportImporter importer, string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var results = new List<IncomingResult>();
        await foreach (var report in importer.ImportAsync(stream, Cancel))
        {
            results.Add(report.Result);
        }

        return results;
    }

    private static string Complaint(string field, string id) =>
        "From: fbl@provider.example\r\nSubject: complaint\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
        + "--b\r\nContent-Type: text/plain\r\n\r\nA complaint.\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: x\r\nVersion: 1\r\n"
        + "Arrival-Date: Fri, 20 Nov 2026 10:00:00 +0000\r\nReported-Domain: example.com\r\nOriginal-Rcpt-To: <joe@example.org>\r\n\r\n"
        + $"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: News <news@example.com>\r\n{field}\r\nMessage-ID: <{id}@example.com>\r\n\r\n--b--\r\n";

    private static string Report(string id = "1", DateOnly? day = null, int days = 1, string domain = "example.com", params (string Source, long Count, string Dkim, string Spf)[] rows)
    {
        var begin = new DateTimeOffset((day ?? Day).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var records = rows.Select(row =>
            $"<record><row><source_ip>{row.Source}</source_ip><count>{row.Count}</count><policy_evaluated><disposition>none</disposition><dkim>{row.Dkim}</dkim><spf>{row.Spf}</spf></policy_evaluated></row>"
            + $"<identifiers><header_from>{domain}</header_from></identifiers><auth_results><dkim><domain>{domain}</domain><selector>s1</selector><result>{row.Dkim}</result></dkim>"
            + $"<spf><domain>{domain}</domain><scope>mfrom</scope><result>{row.Spf}</result></spf></auth_results></record>");
        return $"<?xml version=\"1.0\"?><feedback><report_metadata><org_name>Reporter</org_name><email>d@reporter.example</email><report_id>{id}</report_id>"
            + $"<date_range><begin>{begin.ToUnixTimeSeconds()}</begin><end>{begin.AddDays(days).ToUnixTimeSeconds() - 1}</end></date_range></report_metadata>"
            + $"<policy_published><domain>{domain}</domain><p>none</p></policy_published>{string.Concat(records)}</feedback>";
    }
}
