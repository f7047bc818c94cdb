using EmailAuth.Dmarc;
using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Store.Tests.TestSupport;
using FsCheck.Xunit;

namespace EmailAuth.Reports.Store.Tests;

/// <summary>The sums depend on the messages alone: not on their order, the batches, the nodes or the database.</summary>
public sealed class StorePropertyTests(PostgresFixture fixture)
{
    [Property(MaxTest = 100)]
    public Task Any_order_and_batching_gives_equal_sums_in_memory(byte[] messages, byte[] sizes, int seed) => CheckAsync(messages, sizes, seed, new MemoryReportStore());

    [Property(MaxTest = 25)]
    public async Task Any_order_and_batching_gives_equal_sums_in_a_file(byte[] messages, byte[] sizes, int seed)
    {
        var folder = Directory.CreateTempSubdirectory("emailauth-store-");
        try
        {
            await CheckAsync(messages, sizes, seed, await ReportStore.OpenAsync(Path.Combine(folder.FullName, "reports.db")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Property(MaxTest = 25)]
    public async Task Any_order_and_batching_gives_equal_sums_in_PostgreSQL(byte[] messages, byte[] sizes, int seed) =>
        await CheckAsync(messages, sizes, seed, await ReportStore.OpenAsync(await fixture.Server().CreateDatabaseAsync(CancellationToken.None)));

    // Each byte is a message: its domain, source, hour, policy and whether it is a report.
    private static CollectedMessage Message(byte bits) => TestMessages.Of(
        (bits & 1) == 0 ? "example.com" : "example.org",
        $"192.0.2.{(bits >> 1) & 3}",
        TestMessages.Noon.AddHours(((bits >> 3) & 3) * 11),
        (bits & 32) == 0 ? DmarcPolicy.Reject : DmarcPolicy.None,
        (bits & 64) != 0);

    private static async Task CheckAsync(byte[] messages, byte[] sizes, int seed, IReportStore store)
    {
        await using var opened = store;
        var expected = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var message in messages.Select(Message))
        {
            var key = $"{ReportPeriod.Of(message.ReceivedAt, 24)} {message.Policy} {message.Record.HeaderFrom} {message.Record.SourceAddress}";
            expected[key] = expected.GetValueOrDefault(key) + 1;
        }

        var shuffled = (byte[])messages.Clone();
        new Random(seed).Shuffle(shuffled);
        var positions = new Dictionary<string, long>();
        var left = shuffled.AsEnumerable();
        for (var turn = 0; left.Any(); turn++)
        {
            var size = 1 + (turn < sizes.Length ? sizes[turn] % 20 : 7);
            var node = $"n{turn % 3}";
            var from = positions.GetValueOrDefault(node);
            var batch = TestMessages.Batch(from, left.Take(size).Select(Message), node);
            Assert.Equal(ImportResult.Imported, await store.ImportAsync(batch));
            positions[node] = batch.To.Offset;
            left = left.Skip(size);
        }

        Assert.Equal(expected, await store.SumsAsync());
    }
}
