using System.Diagnostics.Metrics;
using EmailAuth.Reports.Collection;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Reports.Tests.Collection;

/// <summary>A journal whose disk, folder or clock has a fault: adding goes on, a log line says so, and what was acknowledged stays.</summary>
public sealed class JournalFaultTests : IDisposable
{
    private readonly JournalWorld _world = new();
    private readonly FaultyDisk _disk = new();

    public JournalFaultTests() => _world.Options = _world.Options with { CreateOutput = _disk.Create };

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task After_a_full_disk_everything_is_there_once()
    {
        await using (var journal = _world.Open())
        {
            await JournalWorld.AddAsync(journal, 1, 2);
            _disk.Room = 100;
            Add(journal, 3, 4);
            Assert.False(await journal.FlushAsync());
            Assert.Contains("No space left", journal.Fault, StringComparison.Ordinal);
            Assert.Equal([1, 2], _world.Numbers());
            Add(journal, 5);
            Assert.False(await journal.FlushAsync());
            Assert.Single(_world.Log.Lines, static line => line.StartsWith("Error:", StringComparison.Ordinal));

            _disk.Room = long.MaxValue;
            await JournalWorld.AddAsync(journal, 6);
            Assert.Null(journal.Fault);
            Assert.Equal((2, 0), (journal.FailedFlushes, journal.DroppedMessages));
        }

        Assert.Equal(Enumerable.Range(1, 6), _world.Numbers());
        Assert.Equal(0, _world.Reader.DamagedBytes);
        Assert.Contains(_world.Log.Lines, static line => line.Contains("is written again; 0 messages were not counted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disk_that_is_full_from_the_start_leaves_no_empty_files()
    {
        _disk.Room = 0;
        await using var journal = _world.Open();
        Add(journal, 1);
        for (var i = 0; i < 3; i++)
        {
            Assert.False(await journal.FlushAsync());
        }

        Assert.Empty(JournalFolder.Segments(_world.Folder));
        _disk.Room = long.MaxValue;
        Assert.True(await journal.FlushAsync());
        Assert.Equal([1], _world.Numbers());
    }

    [Fact]
    public async Task What_a_failed_flush_did_not_acknowledge_is_written_again_to_the_same_place()
    {
        await using var journal = _world.Open();
        await JournalWorld.AddAsync(journal, 1);
        _disk.FailsToFlush = true;
        Add(journal, 2);
        Assert.False(await journal.FlushAsync());
        _disk.FailsToFlush = false;
        Assert.True(await journal.FlushAsync());

        Assert.Equal([1, 2], _world.Numbers());
        Assert.Equal(2, journal.WrittenMessages);
    }

    [Fact]
    public async Task Memory_is_bounded_while_the_disk_is_full()
    {
        _world.Options = _world.Options with { MaxWaitingBytes = 4096 };
        _disk.Room = 0;
        await using var journal = _world.Open();
        var drops = Enumerable.Range(0, 200).Select(number => journal.Add(CollectedSamples.Numbered(number))).ToList();
        var kept = drops.TakeWhile(static drop => drop == JournalDrop.None).Count();

        Assert.InRange(kept, 5, 40);
        Assert.All(drops.Skip(kept), static drop => Assert.Equal(JournalDrop.NotWritten, drop));
        Assert.Equal(200 - kept, journal.DroppedMessages);

        _disk.Room = long.MaxValue;
        Assert.True(await journal.FlushAsync());
        Assert.Equal(Enumerable.Range(0, kept), _world.Numbers());
    }

    [Fact]
    public async Task What_still_waits_at_the_end_is_counted_as_dropped()
    {
        var journal = _world.Open();
        _disk.Room = 0;
        Add(journal, 1, 2, 3);
        await journal.DisposeAsync();

        Assert.Equal((0, 3), (journal.WrittenMessages, journal.DroppedMessages));
        Assert.Empty(_world.Numbers());
    }

    [Fact]
    public async Task A_journal_at_its_bound_drops_new_messages_until_some_are_imported()
    {
        _world.Options = _world.Options with { MaxBytes = 64 * 1024 };
        await using var journal = _world.Open();
        var added = 0;
        while (added < 10_000 && journal.Add(CollectedSamples.Numbered(added)) == JournalDrop.None)
        {
            added++;
            if (added % 20 == 0)
            {
                Assert.True(await journal.FlushAsync());
            }
        }

        Assert.True(await journal.FlushAsync());
        Assert.Equal(1, journal.DroppedMessages);
        Assert.InRange(JournalFolder.Segments(_world.Folder).Sum(static file => new FileInfo(file.Path).Length), 32 * 1024, 64 * 1024);
        Assert.Equal(JournalDrop.JournalFull, journal.Add(CollectedSamples.Numbered(1)));
        Assert.Equal(Enumerable.Range(0, added), _world.Numbers());

        // The importer needs no further message for the segments to be finished.
        var reader = _world.Reader;
        Assert.All(reader.ListSegments(), JournalReader.Delete);
        _world.Time.Advance(_world.Options.FlushInterval);
        Assert.True(await journal.FlushAsync());
        await JournalWorld.AddAsync(journal, 77);
        Assert.Equal([77], _world.Numbers());
        Assert.Equal(1, _world.Log.Lines.Count(static line => line.Contains("has its largest size", StringComparison.Ordinal)));
        Assert.Equal(1, _world.Log.Lines.Count(static line => line.Contains("has room again; 2 messages", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Files_of_an_earlier_run_count_towards_the_bound()
    {
        await _world.WriteAsync(Enumerable.Range(0, 300));
        _world.Options = _world.Options with { MaxBytes = 64 * 1024 };
        await using var journal = _world.Open();
        Assert.True(await journal.FlushAsync());

        Assert.Equal(JournalDrop.JournalFull, journal.Add(CollectedSamples.Numbered(1)));
    }

    [Fact]
    public async Task A_message_with_names_that_are_too_long_is_dropped_alone()
    {
        await using var journal = _world.Open();
        var message = CollectedSamples.Numbered(1);
        var longer = new CollectedMessage
        {
            ReceivedAt = message.ReceivedAt,
            Policy = message.Policy,
            ReportUris = [.. Enumerable.Repeat("mailto:" + new string('x', 2000) + "@example.com", 70)],
            Record = message.Record,
        };

        Assert.Equal(JournalDrop.TooLong, journal.Add(longer));
        await JournalWorld.AddAsync(journal, 2);
        Assert.Equal([2], _world.Numbers());
    }

    [Fact]
    public async Task A_second_writer_of_a_folder_is_told_why_it_cannot_write_and_takes_over_when_the_first_ends()
    {
        var first = _world.Open();
        await JournalWorld.AddAsync(first, 1);
        await using var second = _world.Open();
        Add(second, 2);
        Assert.False(await second.FlushAsync());
        Assert.Contains("another process writes this journal", second.Fault, StringComparison.Ordinal);
        await JournalWorld.AddAsync(first, 3);
        await first.DisposeAsync();

        Assert.True(await second.FlushAsync());
        Assert.Equal([1, 3, 2], _world.Numbers());
    }

    [Fact]
    public async Task A_log_that_throws_ends_neither_the_process_nor_the_journal()
    {
        await using (var journal = new Journal(_world.Options, new BrokenLog()))
        {
            _disk.Room = 0;
            Add(journal, 1);
            Assert.False(await journal.FlushAsync());
            _disk.Room = long.MaxValue;
            Assert.True(await journal.FlushAsync());
            await JournalWorld.AddAsync(journal, 2);
            Assert.Null(journal.Fault);
        }

        Assert.Equal([1, 2], _world.Numbers());
    }

    [Fact]
    public async Task A_listener_of_the_meter_that_throws_makes_no_message_count_twice()
    {
        // The number tells this journal's batch from those of other tests.
        const int Messages = 137;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == JournalTelemetry.MeterName && instrument.Name == "emailauth.reports.written")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, value, _, _) =>
        {
            if (value == Messages)
            {
                throw new InvalidOperationException("the exporter is broken");
            }
        });
        listener.Start();
        await using (var journal = _world.Open())
        {
            // The folder is open: what follows is written at once.
            await JournalWorld.AddAsync(journal, 0);
            await JournalWorld.AddAsync(journal, [.. Enumerable.Range(1, Messages)]);
            await JournalWorld.AddAsync(journal, Messages + 1);
            Assert.Equal(Messages + 2, journal.WrittenMessages);
        }

        Assert.Equal(Enumerable.Range(0, Messages + 2), _world.Numbers());
    }

    [Fact]
    public async Task A_folder_that_others_can_write_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }

        Directory.CreateDirectory(_world.Folder);
        File.SetUnixFileMode(_world.Folder, File.GetUnixFileMode(_world.Folder) | UnixFileMode.OtherWrite);
        await using var journal = _world.Open();
        Assert.False(await journal.FlushAsync());

        Assert.Contains("other users can write in the folder", journal.Fault, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_world.Folder));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_a_fault_and_not_an_exception()
    {
        await File.WriteAllTextAsync(_world.Folder, "a file is in its place", TestContext.Current.CancellationToken);
        await using var journal = _world.Open();
        Add(journal, 1);
        Assert.False(await journal.FlushAsync());
        Assert.NotNull(journal.Fault);

        File.Delete(_world.Folder);
        Assert.True(await journal.FlushAsync());
        Assert.Equal([1], _world.Numbers());
    }

    [Fact]
    public async Task A_path_that_no_system_has_is_a_fault_and_not_an_exception()
    {
        _world.Options = _world.Options with { Folder = "a\0b" };
        await using var journal = _world.Open();

        Assert.False(await journal.FlushAsync());
        Assert.NotNull(journal.Fault);
    }

    [Fact]
    public async Task A_folder_that_was_removed_is_made_again()
    {
        await using var journal = _world.Open();
        await JournalWorld.AddAsync(journal, 1);
        Directory.Delete(_world.Folder, recursive: true);

        await JournalWorld.AddAsync(journal, 2);
        Assert.Equal([2], _world.Numbers());
        Assert.Contains(_world.Log.Lines, static line => line.Contains("was removed while it was written", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-86_400)]
    [InlineData(86_400 * 400)]
    public async Task A_clock_that_jumps_changes_no_record_and_finishes_no_segment(int seconds)
    {
        var clock = new JumpingClock(_world.Time);
        _world.Options = _world.Options with { TimeProvider = clock };
        await using var journal = _world.Open();
        await JournalWorld.AddAsync(journal, 1);
        clock.Offset = TimeSpan.FromSeconds(seconds);
        await JournalWorld.AddAsync(journal, 2);

        Assert.Equal([CollectedSamples.Noon.AddSeconds(1), CollectedSamples.Noon.AddSeconds(2)],
            _world.Reader.ListSegments().SelectMany(segment => _world.Reader.Read(segment)).Select(static entry => entry.Message.ReceivedAt));
        Assert.False(Assert.Single(_world.Reader.ListSegments()).IsFinished);
        Assert.Contains(_world.Log.Lines, line => line.StartsWith($"Warning: The clock jumped by {seconds} seconds", StringComparison.Ordinal));

        // The age of a segment is measured by the clock that does not jump.
        _world.Time.Advance(_world.Options.MaxSegmentAge);
        Assert.True(await journal.FlushAsync());
        Assert.True(Assert.Single(_world.Reader.ListSegments()).IsFinished);
    }

    private static void Add(Journal journal, params int[] numbers)
    {
        foreach (var number in numbers)
        {
            Assert.Equal(JournalDrop.None, journal.Add(CollectedSamples.Numbered(number)));
        }
    }

    private sealed class BrokenLog : ILogger<Journal>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("No space left on device");
    }
}
