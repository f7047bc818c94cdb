using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Store.Collecting;
using EmailAuth.Reports.Store.Tests.TestSupport;

namespace EmailAuth.Reports.Store.Tests.Collecting;

public sealed class JournalCollectorTests : IDisposable
{
    private static readonly CollectorOptions Options = new()
    {
        BatchMessages = 4,
        Retention = TimeSpan.Zero,
        FirstRetry = TimeSpan.FromMilliseconds(1),
        LongestRetry = TimeSpan.FromMilliseconds(2),
        Patience = TimeSpan.FromMinutes(5),
        PollInterval = TimeSpan.FromMilliseconds(1),
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emailauth-store-");
    private readonly List<string> _said = [];
    private readonly MemoryReportStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_messages_are_imported_once_and_finished_files_are_deleted()
    {
        await FillAsync(10);
        await using var collector = Collector();
        Assert.True(await collector.RunOnceAsync(Cancel));
        Assert.Equal(10, collector.Messages);
        Assert.Empty(Segments());
        await FillAsync(3);
        Assert.True(await collector.RunOnceAsync(Cancel));
        Assert.True(await collector.RunOnceAsync(Cancel));
        Assert.Equal((13, 13), (collector.Messages, (await _store.SumsAsync()).Values.Sum()));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task A_file_that_is_still_written_is_read_and_stays()
    {
        await using var journal = new Journal(new JournalOptions { Folder = _folder.FullName });
        await using var collector = Collector();
        for (var round = 1; round <= 3; round++)
        {
            Assert.Equal(JournalDrop.None, journal.Add(TestMessages.Of()));
            Assert.True(await journal.FlushAsync());
            await collector.RunOnceAsync(Cancel);
            Assert.Equal(round, (await _store.SumsAsync()).Values.Sum());
            Assert.Single(Segments());
        }
    }

    [Fact]
    public async Task A_store_that_is_away_is_tried_again_and_the_status_has_the_error()
    {
        await FillAsync(2);
        var tries = 0;
        await using var collector = Collector(_ => ++tries < 4 ? throw new ReportStoreException("the store is away", isTransient: true) : Task.FromResult<IReportStore>(_store));
        Assert.True(await collector.RunOnceAsync(Cancel));
        Assert.Equal(4, _said.Count);
        Assert.Equal("the store is away; the next attempt is in 0 s, and the journals keep what comes", _said[0]);
        Assert.Equal("the store is there again", _said[^1]);
        Assert.Equal("the store is away", Assert.Single(await _store.JournalsAsync()).Error);
        Assert.Equal(2, collector.Messages);
    }

    [Fact]
    public async Task A_store_that_stays_away_ends_the_run_and_leaves_the_journal()
    {
        await FillAsync(2);
        await using var collector = new JournalCollector(
            static _ => throw new ReportStoreException("away", isTransient: true), [_folder.FullName], Options with { Patience = TimeSpan.Zero }, _said.Add);
        await Assert.ThrowsAsync<ReportStoreException>(() => collector.RunOnceAsync(Cancel));
        Assert.Single(Segments());
    }

    [Fact]
    public async Task A_store_that_cannot_be_used_is_not_tried_again()
    {
        var tries = 0;
        await using var collector = Collector(_ =>
        {
            tries++;
            throw new ReportStoreException("a newer version made it");
        });
        await Assert.ThrowsAsync<ReportStoreException>(() => collector.FollowAsync(Cancel));
        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task Damaged_bytes_are_skipped_and_noted()
    {
        await FillAsync(9);
        var path = Assert.Single(Segments());
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        bytes[bytes.Length / 2] ^= 0x40;
        await File.WriteAllBytesAsync(path, bytes, Cancel);
        await using var collector = Collector();
        await collector.RunOnceAsync(Cancel);
        Assert.Equal((8, 8), (collector.Messages, (await _store.SumsAsync()).Values.Sum()));
        Assert.Contains("damaged bytes were skipped", Assert.Single(await _store.JournalsAsync()).Error, StringComparison.Ordinal);
        Assert.Empty(Segments());
    }

    // A sender chooses a hundred signatures with long names: ten thousand such messages would be a gigabyte of memory.
    [Fact]
    public async Task A_transaction_is_bounded_by_the_bytes_of_its_messages_too()
    {
        var name = string.Join('.', Enumerable.Repeat(new string('a', 60), 4));
        var small = TestMessages.Of();
        var large = new CollectedMessage
        {
            ReceivedAt = small.ReceivedAt,
            Policy = small.Policy,
            ReportUris = small.ReportUris,
            Record = new AggregateRecord
            {
                SourceAddress = "192.0.2.1",
                Disposition = AggregateDisposition.Reject,
                Dkim = AlignedResult.Fail,
                Spf = AlignedResult.Fail,
                HeaderFrom = "example.com",
                DkimResults = [.. Enumerable.Range(0, 100).Select(number => new ReportedDkim { Domain = name, Selector = $"s{number}.{name}", Result = "fail" })],
            },
        };
        const int Messages = 300;
        await using (var journal = new Journal(new JournalOptions { Folder = _folder.FullName }))
        {
            for (var i = 0; i < Messages; i++)
            {
                Assert.Equal(JournalDrop.None, journal.Add(large));
                Assert.True(i % 100 != 0 || await journal.FlushAsync());
            }
        }

        var bytes = Segments().Sum(static path => new FileInfo(path).Length);
        var transactions = 0;
        await using var collector = new JournalCollector(
            _ => Task.FromResult<IReportStore>(_store), [_folder.FullName], Options with { BatchMessages = 10_000 }, _said.Add);
        collector.Imported = () => transactions++;
        Assert.True(await collector.RunOnceAsync(Cancel));
        Assert.InRange(transactions, (bytes / JournalPass.MaxBatchBytes) + 1, (bytes / JournalPass.MaxBatchBytes) + 2);
        Assert.Equal((Messages, Messages), (collector.Messages, (await _store.SumsAsync()).Values.Sum()));
    }

    [Fact]
    public async Task A_fault_of_a_journal_is_said_once_and_its_end_too()
    {
        var missing = Path.Combine(_folder.FullName, "later");
        await using var collector = new JournalCollector(_ => Task.FromResult<IReportStore>(_store), [missing], Options, _said.Add);
        Assert.False(await collector.RunOnceAsync(Cancel));
        Assert.False(await collector.RunOnceAsync(Cancel));
        Directory.CreateDirectory(missing);
        Assert.True(await collector.RunOnceAsync(Cancel));
        Assert.Equal([$"the journal '{missing}' cannot be read: it does not exist", $"the journal '{missing}' can be read again"], _said);
    }

    [Fact]
    public async Task Old_reports_are_removed()
    {
        await FillAsync(2);
        await using var collector = new JournalCollector(
            _ => Task.FromResult<IReportStore>(_store),
            [_folder.FullName],
            Options with { Retention = TimeSpan.FromDays(30), TimeProvider = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TestMessages.Noon.AddDays(40)) },
            _said.Add);
        await collector.RunOnceAsync(Cancel);
        Assert.Equal((2, 1), (collector.Messages, collector.RemovedReports));
        Assert.Empty(await _store.ReportsAsync());
    }

    // It was a year ahead at the first pass.
    [Fact]
    public async Task A_clock_that_is_set_back_delays_no_removal()
    {
        var clock = new SetClock { Now = TestMessages.Noon.AddDays(365) };
        await using var collector = new JournalCollector(
            _ => Task.FromResult<IReportStore>(_store),
            [_folder.FullName],
            Options with { Retention = TimeSpan.FromDays(30), TimeProvider = clock },
            _said.Add);
        await collector.RunOnceAsync(Cancel);
        await FillAsync(2);
        clock.Now = TestMessages.Noon.AddDays(40);
        clock.Elapsed = TimeSpan.FromMinutes(59);
        await collector.RunOnceAsync(Cancel);
        Assert.Equal((2, 0), (collector.Messages, collector.RemovedReports));
        clock.Elapsed = TimeSpan.FromHours(1);
        await collector.RunOnceAsync(Cancel);
        Assert.Equal((2, 1), (collector.Messages, collector.RemovedReports));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private JournalCollector Collector(Func<CancellationToken, Task<IReportStore>>? open = null) =>
        new(open ?? (_ => Task.FromResult<IReportStore>(_store)), [_folder.FullName], Options, _said.Add);

    private async Task FillAsync(int messages)
    {
        await using var journal = new Journal(new JournalOptions { Folder = _folder.FullName });
        for (var i = 0; i < messages; i++)
        {
            Assert.Equal(JournalDrop.None, journal.Add(TestMessages.Of()));
        }
    }

    private string[] Segments() => Directory.GetFiles(_folder.FullName, "segment-*");

    // The time of day is set by hand, and has nothing to do with how much time has passed.
    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}
