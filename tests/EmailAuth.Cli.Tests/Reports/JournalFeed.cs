using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests.Reports;

/// <summary>A journal that is written in this process, and the sums of what was acknowledged.</summary>
internal sealed class JournalFeed : IAsyncDisposable
{
    private static readonly string[] Domains = ["a.example", "b.example", "c.example", "d.example"];

    private readonly Journal _journal;
    private readonly Dictionary<string, long> _sums;
    private int _count;

    public JournalFeed(string folder, Dictionary<string, long> sums)
    {
        Folder = folder;
        _sums = sums;
        _journal = new Journal(new JournalOptions { Folder = folder });
    }

    public string Folder { get; }

    /// <summary>Adds messages, and returns when they are on the disk.</summary>
    public async Task AddAsync(int messages)
    {
        for (var i = 0; i < messages; i++, _count++)
        {
            await AddAsync(TestMessages.Of(Domains[_count % Domains.Length], $"192.0.2.{_count % 37}", TestMessages.Noon.AddHours(_count % 3 * 6)));
        }

        Assert.True(await _journal.FlushAsync(), _journal.Fault);
    }

    public async Task AddAsync(CollectedMessage message)
    {
        while (_journal.Add(message) != JournalDrop.None)
        {
            Assert.True(await _journal.FlushAsync(), _journal.Fault);
        }

        var key = $"{message.Record.HeaderFrom} {message.Record.SourceAddress}";
        _sums[key] = _sums.GetValueOrDefault(key) + 1;
    }

    /// <summary>What a store has counted, in the form of the sums.</summary>
    public static async Task<Dictionary<string, long>> SumsOfAsync(string store)
    {
        await using var opened = await ReportStore.OpenAsync(store, cancellationToken: TestContext.Current.CancellationToken);
        var sums = new Dictionary<string, long>();
        await foreach (var report in opened.ListReportsAsync(new ReportSelection(), TestContext.Current.CancellationToken))
        {
            var messages = 0L;
            await foreach (var row in opened.ReadRowsAsync(report, TestContext.Current.CancellationToken))
            {
                var key = $"{row.HeaderFrom} {row.SourceAddress}";
                sums[key] = sums.GetValueOrDefault(key) + row.Count;
                messages += row.Count;
            }

            Assert.Equal(report.Messages, messages);
        }

        return sums;
    }

    public ValueTask DisposeAsync() => _journal.DisposeAsync();
}
