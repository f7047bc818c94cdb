using System.Diagnostics;
using System.Globalization;
using EmailAuth.Dmarc;
using EmailAuth.Reports;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Benchmarks.Reports;

/// <summary>Writes and reads aggregate reports of many rows: rows a second, bytes allocated a row, and the most memory that was live.</summary>
internal static class ReportsCommand
{
    private static readonly PublishedPolicy Policy = new()
    {
        Domain = "example.com",
        Policy = DmarcPolicy.Reject,
        SubdomainPolicy = DmarcPolicy.Reject,
        DiscoveryMethod = "treewalk",
        IsTesting = false,
    };

    private static readonly AggregateReportMetadata Metadata = new()
    {
        OrganizationName = "Example Receiver",
        Email = "postmaster@mx.example.org",
        ReportId = "0123456789abcdef0123456789abcdef",
        Begin = DateTimeOffset.FromUnixTimeSeconds(1_795_824_000),
        End = DateTimeOffset.FromUnixTimeSeconds(1_795_910_399),
    };

    public static async Task<int> RunAsync(string[] arguments)
    {
        var most = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        var file = Path.Combine(Path.GetTempPath(), $"emailauth-report-{Environment.ProcessId}.xml");
        Console.WriteLine("| rows | what | seconds | rows/s | MB/s | allocated bytes/row | most live KB |");
        Console.WriteLine("|---:|---|---:|---:|---:|---:|---:|");
        try
        {
            await MeasureAsync(file, 1_000, quiet: true);
            foreach (var rows in (int[])[most / 100, most / 10, most])
            {
                await MeasureAsync(file, rows, quiet: false);
            }
        }
        finally
        {
            File.Delete(file);
        }

        return 0;
    }

    private static async Task MeasureAsync(string file, int rows, bool quiet)
    {
        var live = new LiveMemory();
        var start = (Time: Stopwatch.GetTimestamp(), Allocated: GC.GetTotalAllocatedBytes(precise: true));
        await using (var stream = File.Create(file))
        {
            await AggregateReportWriter.WriteAsync(stream, Metadata, Policy, Rows(rows, live));
        }

        Print("write");
        live = new LiveMemory();
        start = (Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes(precise: true));
        AggregateReport report;
        await using (var stream = File.OpenRead(file))
        {
            report = await AggregateReportReader.ReadAsync(
                stream,
                (_, _) =>
                {
                    live.Sample();
                    return ValueTask.CompletedTask;
                },
                new AggregateReportReaderOptions { MaxBytes = long.MaxValue, MaxRecords = rows });
        }

        Print("read");
        if (report.RecordCount != rows || report.Verdict != ReportVerdict.Conforms)
        {
            throw new InvalidOperationException(string.Join('\n', report.Findings));
        }

        void Print(string what)
        {
            var elapsed = Stopwatch.GetElapsedTime(start.Time).TotalSeconds;
            var allocated = GC.GetTotalAllocatedBytes(precise: true) - start.Allocated;
            if (!quiet)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {rows} | {what} | {elapsed:0.00} | {rows / elapsed:0} | {new FileInfo(file).Length / elapsed / 1e6:0} | {allocated / rows} | {live.MostBytes / 1024} |"));
            }
        }
    }

    private static async IAsyncEnumerable<AggregateRecord> Rows(int rows, LiveMemory live)
    {
        for (var row = 0; row < rows; row++)
        {
            live.Sample();
            var passes = row % 3 != 0;
            yield return new AggregateRecord
            {
                SourceAddress = string.Create(CultureInfo.InvariantCulture, $"198.51.{row >> 8 & 255}.{row & 255}"),
                Count = 1 + (row % 97),
                Disposition = passes ? AggregateDisposition.Pass : AggregateDisposition.Reject,
                Dkim = passes ? AlignedResult.Pass : AlignedResult.Fail,
                Spf = AlignedResult.Fail,
                HeaderFrom = "example.com",
                EnvelopeFrom = "bounce.example.net",
                DkimResults = [new ReportedDkim { Domain = "example.com", Selector = "s2026", Result = passes ? "pass" : "fail" }],
                SpfResult = new ReportedSpf { Domain = "bounce.example.net", Scope = "mfrom", Result = "pass" },
            };
        }

        await Task.CompletedTask;
    }

    /// <summary>Looks at what is live every so often, after a collection.</summary>
    private sealed class LiveMemory
    {
        private const int Every = 10_000;

        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
        private int _calls;

        /// <summary>The most that was live, over what was live before.</summary>
        public long MostBytes { get; private set; }

        public void Sample()
        {
            if (++_calls % Every == 0)
            {
                MostBytes = Math.Max(MostBytes, GC.GetTotalMemory(forceFullCollection: true) - _before);
            }
        }
    }
}
