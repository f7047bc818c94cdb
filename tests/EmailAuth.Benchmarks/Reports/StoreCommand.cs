using System.Diagnostics;
using System.Globalization;
using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Reports;

/// <summary>How many messages a second a store imports, in batches as the collector makes them, with few and with many different rows.</summary>
internal static class StoreCommand
{
    private const int Messages = 200_000;
    private const int BatchMessages = 10_000;

    public static async Task<int> RunAsync()
    {
        Console.WriteLine(Machine.Description);
        Console.WriteLine(Machine.Load);
        Console.WriteLine();
        var table = new Table("store", "different rows", "messages/s", "rows/s");
        var folder = Directory.CreateTempSubdirectory("emailauth-store-");
        try
        {
            await using var server = PostgresServer.Programs is null ? null : await PostgresServer.StartAsync(CancellationToken.None).ConfigureAwait(false);
            foreach (var rows in (int[])[1_000, Messages])
            {
                await MeasureAsync(table, "memory", new MemoryReportStore(), rows).ConfigureAwait(false);
                await MeasureAsync(table, "SQLite", await ReportStore.OpenAsync(Path.Combine(folder.FullName, $"{rows}.db")).ConfigureAwait(false), rows).ConfigureAwait(false);
                if (server is not null)
                {
                    var address = await server.CreateDatabaseAsync(CancellationToken.None).ConfigureAwait(false);
                    await MeasureAsync(table, "PostgreSQL", await ReportStore.OpenAsync(address).ConfigureAwait(false), rows).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        table.Write(Console.Out);
        Console.WriteLine();
        Console.WriteLine($"{Messages} messages of 100 domains in transactions of {BatchMessages}. PostgreSQL runs on this machine, without fsync.");
        return 0;
    }

    private static async Task MeasureAsync(Table table, string name, IReportStore store, int rows)
    {
        await using var opened = store.ConfigureAwait(false);
        var batches = new List<JournalBatch>();
        for (var begin = 0; begin < Messages; begin += BatchMessages)
        {
            batches.Add(TestMessages.Batch(begin, Enumerable.Range(begin, BatchMessages).Select(number => Message(number % rows))));
        }

        var start = Stopwatch.GetTimestamp();
        foreach (var batch in batches)
        {
            if (await store.ImportAsync(batch).ConfigureAwait(false) != ImportResult.Imported)
            {
                throw new InvalidOperationException("The position moved.");
            }
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        table.Add(name, Number(rows), Number(Messages / seconds), Number(batches.Sum(batch => Math.Min(BatchMessages, rows)) / seconds));
    }

    private static CollectedMessage Message(int number) => TestMessages.Of($"d{number % 100}.example", $"2001:db8::{number:x}");

    private static string Number(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
