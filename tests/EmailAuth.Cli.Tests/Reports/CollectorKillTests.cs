using System.Diagnostics;
using System.Globalization;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests.Reports;

/// <summary>kill -9 of collectors and of PostgreSQL at random moments: the sums are what the journals acknowledged, and nothing counts twice.</summary>
/// <remarks>EMAILAUTH_TEST_KILLS is the number of rounds; EMAILAUTH_TEST_SEED repeats the moments of a run.</remarks>
public sealed class CollectorKillTests(ITestOutputHelper output)
{
    private const int MessagesOfRound = 1000;

    private static readonly int Rounds = Number("EMAILAUTH_TEST_KILLS") ?? 20;
    private static readonly int Seed = Number("EMAILAUTH_TEST_SEED") ?? Environment.TickCount;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_collectors_count_each_message_once_in_a_file()
    {
        using var folder = new TemporaryFolder();
        await RunAsync(folder, folder.PathOf("reports.db"), null);
    }

    [Fact]
    public async Task Killed_collectors_and_a_killed_PostgreSQL_count_each_message_once()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, "PostgreSQL is not installed.");
        using var folder = new TemporaryFolder();
        await using var server = await PostgresServer.StartAsync(Cancel);
        await RunAsync(folder, await server.CreateDatabaseAsync(Cancel), server);
    }

    [Fact]
    public async Task Four_journals_into_one_PostgreSQL_that_restarts_have_the_right_sums()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, "PostgreSQL is not installed.");
        using var folder = new TemporaryFolder();
        await using var server = await PostgresServer.StartAsync(Cancel);
        var store = await server.CreateDatabaseAsync(Cancel);
        var sums = new Dictionary<string, long>();
        var feeds = Enumerable.Range(0, 4).Select(number => new JournalFeed(folder.PathOf($"j{number}"), sums)).ToList();
        foreach (var feed in feeds)
        {
            await feed.AddAsync(1);
        }

        var collectors = feeds.Select(feed => CollectorProcess.Start(store, feed.Folder)).ToList();
        await UntilImportedAsync(store, feeds.Count);
        for (var restart = 0; restart < 4; restart++)
        {
            foreach (var feed in feeds)
            {
                await feed.AddAsync(MessagesOfRound);
            }

            server.Kill();
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
        Assert.Equal(4 + (4 * 4 * MessagesOfRound), sums.Values.Sum());
        Assert.Equal(sums, await JournalFeed.SumsOfAsync(store));
    }

    private static async Task UntilImportedAsync(string store, int journals)
    {
        await using var opened = await ReportStore.OpenAsync(store, cancellationToken: Cancel);
        while (true)
        {
            var known = 0;
            await foreach (var _ in opened.ListJournalsAsync(Cancel))
            {
                known++;
            }

            if (known == journals)
            {
                return;
            }

            await Task.Delay(20, Cancel);
        }
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private async Task RunAsync(TemporaryFolder folder, string store, PostgresServer? server)
    {
        output.WriteLine($"EMAILAUTH_TEST_SEED={Seed}");
        var random = new Random(Seed);
        var sums = new Dictionary<string, long>();
        await using var feed = new JournalFeed(folder.PathOf("journal"), sums);
        await feed.AddAsync(MessagesOfRound);

        // How long a collector takes in all says when to kill the others.
        var start = Stopwatch.GetTimestamp();
        await CollectorProcess.FinishAsync(store, feed.Folder);
        var time = Stopwatch.GetElapsedTime(start);
        for (var round = 1; round <= Rounds; round++)
        {
            await feed.AddAsync(MessagesOfRound);

            // In every second round two collectors share the journal.
            var collectors = Enumerable.Range(0, 1 + (round % 2)).Select(_ => CollectorProcess.Start(store, feed.Folder)).ToList();
            await Task.Delay(time * random.NextDouble(), Cancel);
            if (server is not null && round % 3 == 0)
            {
                server.Kill();
            }

            collectors.ForEach(static collector => collector.Dispose());
            if (server is not null && round % 3 == 0)
            {
                await server.RestartAsync(Cancel);
            }
        }

        await CollectorProcess.FinishAsync(store, feed.Folder);
        Assert.Equal((Rounds + 1) * MessagesOfRound, sums.Values.Sum());
        Assert.Equal(sums, await JournalFeed.SumsOfAsync(store));
    }
}
