using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Tests.Reading;
using EmailAuth.Reports.Tests.TestSupport;

namespace EmailAuth.Reports.Tests;

/// <summary>What is live while rows are read. Runs alone: what other tests of this process take and leave would be counted.</summary>
[Collection(nameof(LiveMemoryTests))]
[CollectionDefinition(nameof(LiveMemoryTests), DisableParallelization = true)]
public sealed class LiveMemoryTests
{
    [Fact]
    public async Task A_hundred_thousand_rows_need_no_more_memory_than_few()
    {
        const int Rows = 100_000;
        await using var rows = new RepeatedText(AggregateSample.Head, static _ => AggregateSample.Row, Rows, "</feedback>");
        var (count, most, before) = (0L, 0L, GC.GetTotalMemory(forceFullCollection: true));
        var options = new ReportReaderOptions
        {
            OnRow = (_, _) =>
            {
                if (++count % 25_000 == 0)
                {
                    most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
                }

                return ValueTask.CompletedTask;
            },
        };
        ReadReport? report = null;
        await foreach (var read in new ReportReader(options).ReadAsync(rows, TestContext.Current.CancellationToken))
        {
            report = read;
        }

        Assert.Equal((Rows, Rows, 2L * Rows), (count, report!.Aggregate!.RecordCount, report.Aggregate.MessageCount));
        Assert.Empty(report.Aggregate.Records);
        TestContext.Current.TestOutputHelper?.WriteLine($"{rows.GivenBytes:N0} octets, {most:N0} octets of memory at most");
        Assert.InRange(most, long.MinValue, 8 * 1024 * 1024);
    }
}
