using System.Diagnostics;
using System.Globalization;
using System.Text;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Tests.Delivery;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests.Reports;

/// <summary>kill -9 of senders and of PostgreSQL at random moments: no report is lost, and none comes twice but from a sender that was killed in the middle of it.</summary>
/// <remarks>EMAILAUTH_TEST_KILLS is the number of rounds; EMAILAUTH_KILL_SEED repeats the moments of a run.</remarks>
public sealed class SenderKillTests(ITestOutputHelper output)
{
    private const int ReportsOfRound = 12;

    private static readonly int Rounds = Number("EMAILAUTH_TEST_KILLS") ?? 20;
    private static readonly int Seed = Number("EMAILAUTH_KILL_SEED") ?? Environment.TickCount;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_senders_send_each_report_from_a_file()
    {
        using var folder = new TemporaryFolder();
        await RunAsync(folder, folder.PathOf("reports.db"), null);
    }

    [Fact]
    public async Task Killed_senders_and_a_killed_PostgreSQL_send_each_report()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, "PostgreSQL is not installed.");
        using var folder = new TemporaryFolder();
        await using var server = await PostgresServer.StartAsync(Cancel);
        await RunAsync(folder, await server.CreateDatabaseAsync(Cancel), server);
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private async Task RunAsync(TemporaryFolder folder, string store, PostgresServer? server)
    {
        output.WriteLine($"EMAILAUTH_KILL_SEED={Seed}");
        var random = new Random(Seed);
        await using var mails = new SmtpTestServer();
        var zone = folder.PathOf("zone.json");
        await File.WriteAllTextAsync(zone, "{}", Cancel);
        string[] arguments =
        [
            "reports", "send", "--unchecked", "--email", "dmarc@receiver.example", "--store", store, "--zone", zone, "--smarthost", $"127.0.0.1:{mails.Port}", "--helo", "r.example",
            "--settle", "0", "--spread", "0", "--pause", "0", "--lease", "5", "--workers", "2",
        ];
        var (expected, kills, offset) = (0, 0, 0L);

        // How long a sender takes in all says when to kill the others.
        (expected, offset) = await AddAsync(store, expected, offset);
        var start = Stopwatch.GetTimestamp();
        await FinishAsync(arguments);
        var time = Stopwatch.GetElapsedTime(start);
        for (var round = 1; round <= Rounds; round++)
        {
            (expected, offset) = await AddAsync(store, expected, offset);

            // In every second round two senders share the store.
            var senders = Enumerable.Range(0, 1 + (round % 2)).Select(_ => Process.Start(CommandRun.StartInfo(arguments))!).ToList();
            await Task.Delay(time * random.NextDouble(), Cancel);
            if (server is not null && round % 3 == 0)
            {
                server.Kill();
                await Task.Delay(100, Cancel);
            }

            foreach (var sender in senders)
            {
                kills += sender.HasExited ? 0 : 1;
                sender.Kill();
                await sender.WaitForExitAsync(Cancel);
                sender.Dispose();
            }

            if (server is not null && round % 3 == 0)
            {
                await server.RestartAsync(Cancel);
            }
        }

        // What the killed ones had is taken over when their leases end.
        await using (var opened = await ReportStore.OpenAsync(store, cancellationToken: Cancel))
        {
            do
            {
                await FinishAsync(arguments);
                await Task.Delay(200, Cancel);
            }
            while (await ((IReportDeliveries)opened).NextAsync(null, Cancel) is not null);
            Assert.Equal(new Dictionary<DeliveryState, long> { [DeliveryState.Sent] = expected }, await ((IReportDeliveries)opened).CountAsync(Cancel));
        }

        // Each mail came, and a second copy is of the same names and came at most from one of the workers of each killed sender.
        var copies = mails.Mails.GroupBy(static mail => Field(mail.Message, "Message-ID: "), StringComparer.Ordinal).ToList();
        Assert.Equal(expected, copies.Count);
        Assert.All(copies, static copy => Assert.Single(copy.Select(static mail => Field(mail.Message, " filename=")).Distinct(StringComparer.Ordinal)));
        var second = mails.Mails.Count - expected;
        output.WriteLine($"{expected} reports, {kills} senders killed, {second} second copies");
        Assert.InRange(second, 0, kills * 2);
    }

    // Each report is about a period of its own, so that no report is final when messages come.
    private static async Task<(int Reports, long Offset)> AddAsync(string store, int reports, long offset)
    {
        await using var opened = await ReportStore.OpenAsync(store, cancellationToken: Cancel);
        var day = ReportPeriod.DayOf(TimeProvider.System.GetUtcNow()).AddHours(-12);
        var batch = TestMessages.Batch(
            offset, Enumerable.Range(reports, ReportsOfRound).Select(number => TestMessages.Of($"d{number}.example", at: day, rua: $"mailto:r@d{number}.example")));
        Assert.Equal(ImportResult.Imported, await opened.ImportAsync(batch, Cancel));
        return (reports + ReportsOfRound, offset + ReportsOfRound);
    }

    private static async Task FinishAsync(string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private static string Field(byte[] message, string name)
    {
        var text = Encoding.ASCII.GetString(message);
        var at = text.IndexOf(name, StringComparison.Ordinal);
        return text[at..text.IndexOf('\r', at)];
    }
}
