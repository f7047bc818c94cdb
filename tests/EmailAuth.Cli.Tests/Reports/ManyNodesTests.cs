using System.Diagnostics;
using System.Globalization;
using System.Text;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Tests.Delivery;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests.Reports;

/// <summary>
/// Four nodes and two senders on one PostgreSQL that is killed and started again under load: the sums of the store and of the mails are those of the
/// journals, and no report comes twice.
/// </summary>
/// <remarks>EMAILAUTH_TEST_RESTARTS is the number of restarts; EMAILAUTH_TEST_SEED repeats the moments of a run.</remarks>
public sealed class ManyNodesTests(ITestOutputHelper output)
{
    private const int MessagesOfRound = 250;
    private const int Domains = 6;

    private static readonly int Restarts = Number("EMAILAUTH_TEST_RESTARTS") ?? 4;
    private static readonly int Seed = Number("EMAILAUTH_TEST_SEED") ?? Environment.TickCount;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Four_nodes_and_two_senders_on_a_PostgreSQL_that_restarts_count_and_send_each_message_once()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, "PostgreSQL is not installed.");
        output.WriteLine($"EMAILAUTH_TEST_SEED={Seed}");
        var random = new Random(Seed);
        var start = Stopwatch.GetTimestamp();
        using var folder = new TemporaryFolder();
        await using var server = await PostgresServer.StartAsync(Cancel);
        await using var mails = new SmtpTestServer();
        var store = await server.CreateDatabaseAsync(Cancel);
        var sums = new Dictionary<string, long>();
        var feeds = Enumerable.Range(0, 4).Select(number => new JournalFeed(folder.PathOf($"j{number}"), sums)).ToList();
        var day = ReportPeriod.DayOf(TimeProvider.System.GetUtcNow()).AddHours(-12);
        await AddAsync(feeds, 1, day);
        await CollectorProcess.FinishAsync(store, feeds.Select(static feed => feed.Folder));
        var collectors = feeds.Select(feed => CollectorProcess.Start(store, feed.Folder)).ToList();
        var zone = folder.PathOf("zone.json");
        await File.WriteAllTextAsync(zone, "{}", Cancel);

        // A sender that was killed may send twice; these only lose the database, so they may not.
        string[] sender =
        [
            "reports", "send", "--unchecked", "--email", "dmarc@receiver.example", "--store", store, "--zone", zone, "--smarthost", $"127.0.0.1:{mails.Port}", "--helo", "r.example",
            "--settle", "0", "--spread", "0", "--pause", "0", "--lease", "30", "--workers", "2",
        ];
        using var isOver = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 2).Select(_ => SendAsync(sender, isOver.Token)).ToList();
        for (var restart = 0; restart < Restarts; restart++)
        {
            await AddAsync(feeds, MessagesOfRound, day);
            await Task.Delay(random.Next(600), Cancel);
            server.Kill();
            await AddAsync(feeds, MessagesOfRound, day);
            await server.RestartAsync(Cancel);
        }

        foreach (var collector in collectors)
        {
            var (exitCode, _, error) = await collector.StopAsync();
            Assert.True(exitCode == 0, error);
            collector.Dispose();
        }

        foreach (var feed in feeds)
        {
            await feed.DisposeAsync();
        }

        await CollectorProcess.FinishAsync(store, feeds.Select(static feed => feed.Folder));
        await isOver.CancelAsync();
        var runs = await Task.WhenAll(senders);
        var sent = await FinishAsync(sender, store);

        Assert.Equal(4 * (1 + (2 * Restarts * MessagesOfRound)), sums.Values.Sum());
        Assert.Equal(sums, await JournalFeed.SumsOfAsync(store));
        Assert.Equal(sent, mails.Mails.Count);
        Assert.Equal(sent, mails.Mails.Select(static mail => Field(mail.Message, "Message-ID: ")).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(sums, await SumsOfMailsAsync(mails.Mails.Select(static mail => mail.Message)));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sums.Values.Sum()} messages, {Restarts} restarts, {sent} reports sent, {runs.Sum(static run => run.Done)} runs of senders, {runs.Sum(static run => run.Failed)} of them without a database at some moment, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
    }

    private static async Task AddAsync(List<JournalFeed> feeds, int messages, DateTimeOffset at)
    {
        for (var i = 0; i < messages; i++)
        {
            foreach (var (feed, number) in feeds.Select(static (feed, number) => (feed, number)))
            {
                var domain = $"d{(i + number) % Domains}.example";
                await feed.AddAsync(TestMessages.Of(domain, $"192.0.2.{i % 37}", at, rua: $"mailto:r@{domain}"));
            }
        }

        foreach (var feed in feeds)
        {
            await feed.AddAsync(0);
        }
    }

    // As a timer starts it, again and again. A run without a database ends with an error, after the mails that are on their way.
    private static async Task<(int Done, int Failed)> SendAsync(string[] arguments, CancellationToken isOver)
    {
        var (done, failed) = (0, 0);
        while (!isOver.IsCancellationRequested)
        {
            var run = await CommandRun.OfAsync(arguments);
            Assert.True(run.ExitCode is 0 or 3, run.Error);
            (done, failed) = (done + 1, failed + (run.ExitCode == 0 ? 0 : 1));
        }

        return (done, failed);
    }

    // A lease whose answer was lost with the database is taken over when it ends.
    private static async Task<long> FinishAsync(string[] sender, string store)
    {
        await using var opened = await ReportStore.OpenAsync(store, cancellationToken: Cancel);
        var queue = (IReportDeliveries)opened;
        do
        {
            var run = await CommandRun.OfAsync(sender);
            Assert.True(run.ExitCode == 0, run.Error);
        }
        while (await queue.NextAsync(null, Cancel) is not null);
        var counts = await queue.CountAsync(Cancel);
        Assert.Equal([DeliveryState.Sent], counts.Keys);
        return counts[DeliveryState.Sent];
    }

    private static async Task<Dictionary<string, long>> SumsOfMailsAsync(IEnumerable<byte[]> mails)
    {
        var sums = new Dictionary<string, long>();
        var reader = new ReportReader(new ReportReaderOptions
        {
            OnRow = (row, _) =>
            {
                var key = $"{row.HeaderFrom} {row.SourceAddress}";
                sums[key] = sums.GetValueOrDefault(key) + row.Count;
                return ValueTask.CompletedTask;
            },
        });
        foreach (var mail in mails)
        {
            var reports = 0;
            await foreach (var report in reader.ReadAsync(mail, Cancel))
            {
                Assert.Equal(EmailAuth.Reports.ReportVerdict.Conforms, report.Verdict);
                reports++;
            }

            Assert.Equal(1, reports);
        }

        return sums;
    }

    private static string Field(byte[] message, string name)
    {
        var text = Encoding.ASCII.GetString(message);
        var at = text.IndexOf(name, StringComparison.Ordinal);
        return text[at..text.IndexOf('\r', at)];
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
