using EmailAuth.Reports.Collection;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Reports.Tests.Collection;

/// <summary>A journal in a temporary folder, with a clock that only the test moves.</summary>
internal sealed class JournalWorld : IDisposable
{
    public JournalWorld() => Options = new JournalOptions { Folder = Path.Combine(Root, "journal"), TimeProvider = Time };

    public string Root { get; } = Directory.CreateTempSubdirectory("emailauth-journal-").FullName;

    public FakeTimeProvider Time { get; } = new(CollectedSamples.Noon);

    public LogLines Log { get; } = new();

    public JournalOptions Options { get; set; }

    public string Folder => Options.Folder;

    public JournalReader Reader => new(Folder);

    public Journal Open() => new(Options, Log);

    /// <summary>Writes messages in segments of the given sizes, closed but for a writer that was killed.</summary>
    public async Task WriteAsync(params IEnumerable<int> numbers)
    {
        await using var journal = Open();
        await AddAsync(journal, [.. numbers]);
    }

    public static async Task AddAsync(Journal journal, params int[] numbers)
    {
        foreach (var number in numbers)
        {
            Assert.Equal(JournalDrop.None, journal.Add(CollectedSamples.Numbered(number)));
        }

        Assert.True(await journal.FlushAsync(), journal.Fault);
    }

    /// <summary>The numbers of all messages in the folder, in their order.</summary>
    public List<int> Numbers() => Numbers(Reader);

    public static List<int> Numbers(JournalReader reader) =>
        [.. reader.ListSegments().SelectMany(segment => reader.Read(segment)).Select(static entry => CollectedSamples.NumberOf(entry.Message))];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
