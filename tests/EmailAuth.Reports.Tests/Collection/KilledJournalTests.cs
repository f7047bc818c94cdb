using System.Diagnostics;
using System.Globalization;
using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Tests.Collection;

/// <summary>A process that writes a journal is killed again and again, at random points, while an importer reads beside it.</summary>
public sealed class KilledJournalTests : IDisposable
{
    /// <summary>Sets how often; a round takes about half a second.</summary>
    private const string CountVariable = "EMAILAUTH_TEST_KILLS";

    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-killed-").FullName;
    private readonly Importer _importer;

    public KilledJournalTests() => _importer = new Importer(Path.Combine(_folder, "journal"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_acknowledged_is_there_once_whenever_the_writer_is_killed()
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable(CountVariable), CultureInfo.InvariantCulture, out var given) ? given : 20;
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var (next, acknowledgedInAll) = (0, 0);
        for (var round = 0; round < rounds; round++)
        {
            var acknowledged = await KillAsync(next, random.Next(1, 120), TimeSpan.FromMicroseconds(random.Next(0, 5_000)));
            _importer.Import();

            // Each number once and in order: those of this round follow those of the last, whose tail may have been lost, up to what was acknowledged at least.
            Assert.True(_importer.Numbers.SequenceEqual(Enumerable.Range(0, _importer.Numbers.Count)), $"seed {seed}, round {round}: a message is missing or there twice");
            Assert.True(_importer.Numbers.Count > acknowledged, $"seed {seed}, round {round}: {acknowledged} was acknowledged, {_importer.Numbers.Count} are there");
            next = _importer.Numbers.Count;
            acknowledgedInAll = acknowledged;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{rounds} kills, {_importer.Numbers.Count} messages, the last acknowledged {acknowledgedInAll}, {_importer.DeletedSegments} segments deleted, {_importer.DamagedBytes} torn bytes");
        Assert.True(_importer.DeletedSegments >= rounds - 1, $"{_importer.DeletedSegments} segments deleted");
    }

    // The last number that was acknowledged before the kill.
    private async Task<int> KillAsync(int first, int acknowledgements, TimeSpan delay)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.Environment[JournalChild.FolderVariable] = Path.Combine(_folder, "journal");
        start.Environment[JournalChild.FirstVariable] = first.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var last = -1;
        for (var i = 0; i < acknowledgements && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line; i++)
        {
            last = int.Parse(line, CultureInfo.InvariantCulture);
            if (i % 7 == 0)
            {
                _importer.Import();
            }
        }

        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < delay)
        {
            Thread.SpinWait(10);
        }

        process.Kill();

        // What it said before its end counts, too.
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            last = int.TryParse(line, CultureInfo.InvariantCulture, out var number) && number > last ? number : last;
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return last;
    }

    /// <summary>Imports as a store does: the position is kept with the messages, and a finished segment is deleted.</summary>
    private sealed class Importer(string folder)
    {
        private readonly Dictionary<(string Node, long Segment), long> _positions = [];

        public List<int> Numbers { get; } = [];

        public int DeletedSegments { get; private set; }

        public long DamagedBytes { get; private set; }

        public void Import()
        {
            var reader = new JournalReader(folder);
            foreach (var segment in reader.ListSegments())
            {
                var key = (segment.Node, segment.Number);
                foreach (var entry in reader.Read(segment, _positions.GetValueOrDefault(key)))
                {
                    Numbers.Add(CollectedSamples.NumberOf(entry.Message));
                    _positions[key] = entry.After.Offset;
                }

                if (segment.IsFinished)
                {
                    JournalReader.Delete(segment);
                    DeletedSegments++;
                }
            }

            DamagedBytes += reader.DamagedBytes;
        }
    }
}
