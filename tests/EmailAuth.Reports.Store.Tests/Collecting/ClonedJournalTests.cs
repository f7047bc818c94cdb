using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Store.Collecting;
using EmailAuth.Reports.Store.Failing;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Reports.Store.Tests.Collecting;

/// <summary>A journal whose folder is a copy of another one, and a store that forgot what it had.</summary>
public sealed class ClonedJournalTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emailauth-store-");
    private readonly List<string> _said = [];
    private readonly MemoryReportStore _store = new();
    private readonly FakeTimeProvider _clock = new(TestMessages.Noon.AddHours(2));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_machine_that_was_cloned_loses_no_message_and_is_told_of(bool isCloneFirst)
    {
        var (original, clone) = (PathOf("original"), PathOf("clone"));
        await using var journal = Open(original);
        await AddAsync(journal, 5, 0);
        Directory.CreateDirectory(clone);
        foreach (var file in Directory.GetFiles(original).Where(static file => Path.GetFileName(file) != "lock"))
        {
            File.Copy(file, Path.Combine(clone, Path.GetFileName(file)));
        }

        await using var other = Open(clone);
        await using var first = Collector(isCloneFirst ? clone : original);
        await using var second = Collector(isCloneFirst ? original : clone);
        for (var round = 0; round < 3; round++)
        {
            await AddAsync(journal, 3, 10 + (round * 10));
            await AddAsync(other, 4, 12 + (round * 10));
            Assert.True(await first.RunOnceAsync(Cancel));
            Assert.True(await second.RunOnceAsync(Cancel));
        }

        Assert.Equal(5 + (3 * 3) + (3 * 4), (await _store.SumsAsync()).Values.Sum());
        Assert.Equal(5 + (3 * 3) + (3 * 4), first.Messages + second.Messages);
        Assert.Single((await _store.JournalsAsync()).Select(static state => state.Position.FolderId).Distinct());

        // A collector looks every ten minutes, and says it once.
        foreach (var collector in (JournalCollector[])[first, second, first, second])
        {
            _clock.Advance(TimeSpan.FromMinutes(10));
            Assert.True(await collector.RunOnceAsync(Cancel));
        }

        Assert.Equal(2, _said.Count);
        Assert.All(_said, line => Assert.StartsWith($"journal_cloned: two machines write journals with the folder id {Folder(original)}, ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_milter_that_starts_again_is_no_clone()
    {
        await using var collector = Collector(PathOf("journal"));
        for (var start = 0; start < 3; start++)
        {
            await using (var journal = Open(PathOf("journal")))
            {
                // The clock of the machine is set back by two minutes each time.
                await AddAsync(journal, 2, start * 18);
            }

            Assert.True(await collector.RunOnceAsync(Cancel));
            _clock.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.True(await collector.RunOnceAsync(Cancel));
        Assert.Equal((6, 3), (collector.Messages, (await _store.JournalsAsync()).Count));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task A_store_that_lost_what_it_acknowledged_is_told_of()
    {
        await using var journal = Open(PathOf("journal"));
        await AddAsync(journal, 2, 0);
        var replaced = new ReplacedStore(_store);
        await using var collector = new JournalCollector(_ => Task.FromResult<IReportStore>(replaced), [PathOf("journal")], Options(), _said.Add);
        Assert.True(await collector.RunOnceAsync(Cancel));
        Assert.True(await collector.RunOnceAsync(Cancel));
        Assert.Empty(_said);

        // The file is still there: all of it counts in the store that took over.
        replaced.Inner = new MemoryReportStore();
        await AddAsync(journal, 1, 1);
        Assert.True(await collector.RunOnceAsync(Cancel));
        Assert.Equal(3, (await replaced.Inner.SumsAsync()).Values.Sum());
        var line = Assert.Single(_said);
        Assert.StartsWith("store_went_back: the store acknowledged ", line, StringComparison.Ordinal);
        Assert.Equal(line, Assert.Single(await replaced.Inner.JournalsAsync()).Error);

        Assert.True(await collector.RunOnceAsync(Cancel));
        Assert.Single(_said);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Journal Open(string folder) => new(new JournalOptions { Folder = folder });

    // One message at a minute after noon, the others half an hour later, so that the times of two writers overlap.
    private static async Task AddAsync(Journal journal, int messages, int minute)
    {
        for (var i = 0; i < messages; i++)
        {
            Assert.Equal(JournalDrop.None, journal.Add(TestMessages.Of(at: TestMessages.Noon.AddMinutes(minute + (i == 0 ? 0 : 20)))));
        }

        Assert.True(await journal.FlushAsync());
    }

    private static string Folder(string folder) => new JournalReader(folder).ListSegments()[0].Start.FolderId;

    private CollectorOptions Options() => new() { Retention = TimeSpan.Zero, TimeProvider = _clock };

    private JournalCollector Collector(string folder) => new(_ => Task.FromResult<IReportStore>(_store), [folder], Options(), _said.Add);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private sealed class ReplacedStore(IReportStore inner) : IReportStore
    {
        public IReportStore Inner { get; set; } = inner;

        public IAsyncEnumerable<JournalState> ListJournalsAsync(CancellationToken cancellationToken = default) => Inner.ListJournalsAsync(cancellationToken);

        public Task<JournalState?> FindJournalAsync(string node, CancellationToken cancellationToken = default) => Inner.FindJournalAsync(node, cancellationToken);

        public Task<ImportResult> ImportAsync(JournalBatch batch, CancellationToken cancellationToken = default) => Inner.ImportAsync(batch, cancellationToken);

        public IAsyncEnumerable<StoredReport> ListReportsAsync(ReportSelection selection, CancellationToken cancellationToken = default) => Inner.ListReportsAsync(selection, cancellationToken);

        public IAsyncEnumerable<AggregateRecord> ReadRowsAsync(StoredReport report, CancellationToken cancellationToken = default) => Inner.ReadRowsAsync(report, cancellationToken);

        public Task<StoredReport?> SealAsync(StoredReport report, CancellationToken cancellationToken = default) => Inner.SealAsync(report, cancellationToken);

        public Task<StoredFailure?> SealFailureAsync(long key, CancellationToken cancellationToken = default) => Inner.SealFailureAsync(key, cancellationToken);

        public Task<FailureCounts> CountFailuresAsync(DateTimeOffset day, CancellationToken cancellationToken = default) => Inner.CountFailuresAsync(day, cancellationToken);

        public Task<FailureMails> CountFailureMailsAsync(CancellationToken cancellationToken = default) => Inner.CountFailureMailsAsync(cancellationToken);

        public IAsyncEnumerable<StoredFailure> ListFailuresAsync(DateTimeOffset since, CancellationToken cancellationToken = default) => Inner.ListFailuresAsync(since, cancellationToken);

        public Task<string> AddComplaintAsync(Complaint complaint, CancellationToken cancellationToken = default) => Inner.AddComplaintAsync(complaint, cancellationToken);

        public Task<long> RemoveAsync(DateTimeOffset endedBy, CancellationToken cancellationToken = default) => Inner.RemoveAsync(endedBy, cancellationToken);

        public ValueTask DisposeAsync() => Inner.DisposeAsync();
    }
}
