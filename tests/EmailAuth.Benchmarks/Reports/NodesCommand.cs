using System.Diagnostics;
using System.Globalization;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Reports;

/// <summary>
/// What one PostgreSQL takes from several nodes that import at the same time, directly and through pgbouncer: messages and rows a second, processor time
/// of both sides, the bytes of a row and of a report, and how long the removal of a day takes.
/// </summary>
internal static class NodesCommand
{
    private const int BatchMessages = 10_000;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (PostgresServer.Programs is null)
        {
            Console.Error.WriteLine("PostgreSQL is not installed.");
            return 1;
        }

        var messages = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 200_000;
        Console.WriteLine(Machine.Description);
        Console.WriteLine(Machine.Load);
        Console.WriteLine();
        var table = new Table("nodes", "rows of a batch", "messages/s", "rows/s", "us of PostgreSQL", "us of collectors");
        var sizes = new Table("rows of the day", "bytes a row", "of which keys", "bytes a report", "removal of the day, ms");

        // With fsync: a commit is on the disk before a file of a journal is deleted.
        await using var server = await PostgresServer.StartAsync(CancellationToken.None, "fsync=on", "shared_buffers=256MB", "max_wal_size=4GB").ConfigureAwait(false);
        await using var bouncer = PgBouncer.Program is null ? null : await PgBouncer.StartAsync(server, 8, CancellationToken.None).ConfigureAwait(false);
        foreach (var rows in (int[])[1_000, BatchMessages])
        {
            foreach (var (nodes, isPooled) in ((int, bool)[])[(1, false), (2, false), (4, false), (4, true)])
            {
                if (isPooled && bouncer is null)
                {
                    continue;
                }

                var direct = await server.CreateDatabaseAsync(CancellationToken.None).ConfigureAwait(false);
                var address = isPooled ? bouncer!.AddressOf(direct) : direct;
                await MeasureAsync(table, server, address, nodes, isPooled, rows, messages).ConfigureAwait(false);
                if (nodes == 4 && !isPooled)
                {
                    await MeasureSizesAsync(sizes, server, direct).ConfigureAwait(false);
                }
            }
        }

        table.Write(Console.Out);
        Console.WriteLine();
        sizes.Write(Console.Out);
        Console.WriteLine();
        Console.WriteLine($"{messages} messages of 100 domains in transactions of {BatchMessages}, divided among the nodes. Rows of 1,000 are the same in all batches and nodes; others are all different.");
        Console.WriteLine("PostgreSQL, pgbouncer and the collectors share this machine; commits wait for the disk.");
        Console.WriteLine(Machine.Load);
        return 0;
    }

    private static async Task MeasureAsync(Table table, PostgresServer server, string address, int nodes, bool isPooled, int rows, int messages)
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, nodes).Select(_ => ReportStore.OpenAsync(address))).ConfigureAwait(false);
        var batches = messages / nodes / BatchMessages;
        var work = Enumerable.Range(0, nodes).Select(node => Enumerable.Range(0, batches).Select(batch => Batch(node, batch, rows)).ToList()).ToList();
        var (start, processor, database) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime, server.ProcessorTime());
        await Task.WhenAll(Enumerable.Range(0, nodes).Select(node => Task.Run(async () =>
        {
            foreach (var batch in work[node])
            {
                if (await stores[node].ImportAsync(batch).ConfigureAwait(false) != ImportResult.Imported)
                {
                    throw new InvalidOperationException("The position moved.");
                }
            }
        }))).ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var total = nodes * batches * BatchMessages;
        table.Add(
            $"{nodes}{(isPooled ? " through pgbouncer" : string.Empty)}",
            Number(rows),
            Number(total / seconds),
            Number((double)nodes * batches * rows / seconds),
            Micro(server.ProcessorTime() - database, total),
            Micro(Process.GetCurrentProcess().TotalProcessorTime - processor, total));
        foreach (var store in stores)
        {
            await store.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task MeasureSizesAsync(Table sizes, PostgresServer server, string address)
    {
        async Task<double> ValueAsync(string sql) => Convert.ToDouble(await server.ScalarAsync(address, sql, CancellationToken.None).ConfigureAwait(false), CultureInfo.InvariantCulture);
        var rows = await ValueAsync("select count(*) from emailauth_rows").ConfigureAwait(false);
        var reports = await ValueAsync("select count(*) from emailauth_reports").ConfigureAwait(false);
        const string OfRows = "from pg_inherits where inhparent = 'emailauth_rows'::regclass";
        const string OfReports = "from pg_inherits where inhparent = 'emailauth_reports'::regclass";
        await server.ExecuteAsync(address, "vacuum full emailauth_rows", CancellationToken.None).ConfigureAwait(false);
        await server.ExecuteAsync(address, "vacuum full emailauth_reports", CancellationToken.None).ConfigureAwait(false);
        var (all, keys) = (await ValueAsync("select sum(pg_total_relation_size(inhrelid)) " + OfRows).ConfigureAwait(false), await ValueAsync("select sum(pg_indexes_size(inhrelid)) " + OfRows).ConfigureAwait(false));
        var ofReports = await ValueAsync("select sum(pg_total_relation_size(inhrelid)) " + OfReports).ConfigureAwait(false);
        await using var store = await ReportStore.OpenAsync(address).ConfigureAwait(false);
        var start = Stopwatch.GetTimestamp();
        await store.RemoveAsync(TestMessages.Noon.AddDays(2)).ConfigureAwait(false);
        sizes.Add(Number(rows), Number(all / rows), Number(keys / rows), Number(ofReports / reports), Number(Stopwatch.GetElapsedTime(start).TotalMilliseconds));
    }

    private static JournalBatch Batch(int node, int batch, int rows)
    {
        var begin = batch * BatchMessages;
        var first = rows < BatchMessages ? 0 : (node * 10_000_000) + begin;
        return TestMessages.Batch(begin, Enumerable.Range(0, BatchMessages).Select(number => Message(first + (number % rows))), $"n{node}");
    }

    // A row as ordinary mail makes it: one signature, and the domain of the bounce address.
    private static CollectedMessage Message(int number)
    {
        var plain = TestMessages.Of($"d{number % 100}.example", $"2001:db8::{number >> 16:x}:{number & 0xffff:x}");
        var row = plain.Record;
        return new CollectedMessage
        {
            ReceivedAt = plain.ReceivedAt,
            Policy = plain.Policy,
            ReportUris = plain.ReportUris,
            Record = new AggregateRecord
            {
                SourceAddress = row.SourceAddress,
                Disposition = AggregateDisposition.Pass,
                Dkim = AlignedResult.Pass,
                Spf = AlignedResult.Fail,
                HeaderFrom = row.HeaderFrom,
                EnvelopeFrom = "bounce.mailer.example",
                DkimResults = [new ReportedDkim { Domain = row.HeaderFrom, Selector = "s2026", Result = "pass" }],
                SpfResult = new ReportedSpf { Domain = "bounce.mailer.example", Scope = "mfrom", Result = "pass" },
            },
        };
    }

    private static string Number(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Micro(TimeSpan time, int messages) => (time.TotalMicroseconds / messages).ToString("0.0", CultureInfo.InvariantCulture);
}
