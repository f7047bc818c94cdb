using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Tests.Collection;

/// <summary>A journal: what is added is read in its order, files are finished and deleted, positions hold.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly JournalWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task What_is_added_is_read_in_its_order()
    {
        await _world.WriteAsync(Enumerable.Range(1, 500));

        Assert.Equal(Enumerable.Range(1, 500), _world.Numbers());
        var segment = Assert.Single(_world.Reader.ListSegments());
        var entry = _world.Reader.Read(segment).First();
        Assert.Equivalent(CollectedSamples.Numbered(1), entry.Message, strict: true);
        Assert.Equal(CollectedMessageCodec.WriteRow(entry.Message.Record), entry.RowBytes.ToArray());
        Assert.Equal(CollectedMessageCodec.WritePolicy(entry.Message.Policy, entry.Message.ReportUris), entry.PolicyBytes.ToArray());
    }

    [Fact]
    public async Task A_position_is_where_the_next_message_begins()
    {
        await _world.WriteAsync(1, 2, 3, 4);
        var reader = _world.Reader;
        var segment = Assert.Single(reader.ListSegments());

        var second = reader.Read(segment).ElementAt(1).After;
        Assert.Equal((segment.Node, segment.Number), (second.Node, second.Segment));
        Assert.Equal([3, 4], reader.Read(segment, second.Offset).Select(entry => CollectedSamples.NumberOf(entry.Message)));
        Assert.Empty(reader.Read(segment, reader.Read(segment).Last().After.Offset));
    }

    [Fact]
    public async Task Nothing_is_on_the_disk_before_the_interval_has_passed()
    {
        await using var journal = _world.Open();
        Assert.True(await journal.FlushAsync());
        journal.Add(CollectedSamples.Numbered(1));
        Assert.Empty(_world.Numbers());

        _world.Time.Advance(_world.Options.FlushInterval);
        Assert.True(SpinWait.SpinUntil(() => journal.WrittenMessages == 1, TimeSpan.FromMinutes(1)));
        Assert.Equal([1], _world.Numbers());
    }

    [Fact]
    public async Task A_reader_beside_the_writer_reads_on_and_deletes_only_what_is_finished()
    {
        await using var journal = _world.Open();
        await JournalWorld.AddAsync(journal, 1, 2);
        var reader = _world.Reader;
        var first = Assert.Single(reader.ListSegments());
        Assert.False(first.IsFinished);
        var position = reader.Read(first).Last().After;
        Assert.Throws<InvalidOperationException>(() => JournalReader.Delete(first));

        await JournalWorld.AddAsync(journal, 3);
        Assert.Equal([3], reader.Read(first, position.Offset).Select(entry => CollectedSamples.NumberOf(entry.Message)));

        _world.Time.Advance(_world.Options.MaxSegmentAge);
        Assert.True(await journal.FlushAsync());
        first = Assert.Single(reader.ListSegments());
        Assert.True(first.IsFinished);
        JournalReader.Delete(first);

        await JournalWorld.AddAsync(journal, 4);
        Assert.Equal([4], _world.Numbers());
        Assert.Equal(first.Number + 1, Assert.Single(reader.ListSegments()).Number);
        Assert.Equal(0, reader.DamagedBytes);
    }

    [Fact]
    public async Task An_idle_journal_makes_no_files()
    {
        await using var journal = _world.Open();
        for (var i = 0; i < 5; i++)
        {
            _world.Time.Advance(_world.Options.MaxSegmentAge);
            Assert.True(await journal.FlushAsync());
        }

        Assert.Empty(_world.Reader.ListSegments());
    }

    [Fact]
    public async Task A_segment_is_finished_at_its_size()
    {
        _world.Options = _world.Options with { MaxSegmentBytes = 4096 };
        await using (var journal = _world.Open())
        {
            for (var i = 0; i < 100; i++)
            {
                await JournalWorld.AddAsync(journal, i);
            }
        }

        Assert.Equal(Enumerable.Range(0, 100), _world.Numbers());
        Assert.All(_world.Reader.ListSegments(), segment =>
        {
            Assert.True(segment.IsFinished);
            Assert.InRange(new FileInfo(segment.Path).Length, 1, 4096 + 512);
        });
    }

    [Fact]
    public async Task The_folder_and_the_numbers_go_on_when_the_journal_is_opened_again_and_the_writer_is_another()
    {
        await _world.WriteAsync(1);
        var first = Assert.Single(_world.Reader.ListSegments());

        // Also when nothing is left that has the number: a store would take its messages for those that it has.
        JournalReader.Delete(first);
        await _world.WriteAsync(2);

        var second = Assert.Single(_world.Reader.ListSegments());
        Assert.Equal((first.Start.FolderId, first.Number + 1), (second.Start.FolderId, second.Number));
        Assert.Equal(16, first.Start.FolderId.Length);
        Assert.NotEqual(first.Node, second.Node);
    }

    [Fact]
    public async Task The_node_file_names_the_writers_of_the_segments_that_are_there()
    {
        for (var number = 1; number <= 3; number++)
        {
            await _world.WriteAsync(number);
        }

        var segments = _world.Reader.ListSegments();
        Assert.Equal(3, segments.Select(static segment => segment.Node).Distinct().Count());
        var damaged = await File.ReadAllBytesAsync(segments[1].Path, TestContext.Current.CancellationToken);
        damaged[3] ^= 1;
        await File.WriteAllBytesAsync(segments[1].Path, damaged, TestContext.Current.CancellationToken);
        Assert.Equal(segments.Select(static segment => (segment.Node, segment.Number)), _world.Reader.ListSegments().Select(static segment => (segment.Node, segment.Number)));
        Assert.Equal([1, 2, 3], _world.Numbers());

        JournalReader.Delete(segments[0]);
        JournalReader.Delete(segments[1]);
        await _world.WriteAsync(4);
        var node = await File.ReadAllLinesAsync(Path.Combine(_world.Folder, "node"), TestContext.Current.CancellationToken);
        var last = _world.Reader.ListSegments()[^1];
        Assert.Equal([last.Node, "4", $"{segments[2].Node} 3", $"{last.Node} 4"], node);
    }

    [Fact]
    public async Task A_folder_of_an_earlier_version_has_one_node_for_its_segments()
    {
        await _world.WriteAsync(1);
        var path = Path.Combine(_world.Folder, "node");
        var segment = Assert.Single(_world.Reader.ListSegments());
        await File.WriteAllTextAsync(path, $"{segment.Node}\n1\n", TestContext.Current.CancellationToken);
        await _world.WriteAsync(2);
        Assert.Equal([$"{segment.Node} 0", $"{_world.Reader.ListSegments()[1].Node} 2"], (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken))[2..]);
    }

    [Fact]
    public async Task A_damaged_node_file_gives_a_new_node()
    {
        await _world.WriteAsync(1);
        var first = Assert.Single(_world.Reader.ListSegments());
        await File.WriteAllTextAsync(Path.Combine(_world.Folder, "node"), "\0\0\0", TestContext.Current.CancellationToken);
        await _world.WriteAsync(2);

        var segments = _world.Reader.ListSegments();
        Assert.Equal([1, 2], _world.Numbers());
        Assert.Equal(first.Node, segments[0].Node);
        Assert.NotEqual(first.Node, segments[1].Node);
        Assert.True(segments[1].Number > first.Number);
    }

    [Fact]
    public async Task Others_can_neither_read_nor_write_what_is_created()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }

        await _world.WriteAsync(1);

        const UnixFileMode GroupWriteOrOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(_world.Folder) & GroupWriteOrOthers);
        foreach (var file in Directory.GetFiles(_world.Folder))
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & GroupWriteOrOthers);
        }
    }

    [Fact]
    public async Task A_closed_journal_takes_nothing_and_may_be_closed_twice()
    {
        var journal = _world.Open();
        journal.Add(CollectedSamples.Numbered(1));
        await journal.DisposeAsync();
        await journal.DisposeAsync();

        Assert.Equal(JournalDrop.Closed, journal.Add(CollectedSamples.Numbered(2)));
        Assert.False(await journal.FlushAsync());
        Assert.Equal([1], _world.Numbers());
        Assert.Equal((1, 1), (journal.WrittenMessages, journal.DroppedMessages));
    }

    [Fact]
    public async Task Threads_that_add_at_the_same_time_lose_nothing()
    {
        await using (var journal = _world.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
            {
                for (var i = 0; i < 2_000; i++)
                {
                    journal.Add(CollectedSamples.Numbered((thread * 2_000) + i));
                }
            })));
        }

        Assert.Equal(Enumerable.Range(0, 8_000), _world.Numbers().Order());
    }

    [Fact]
    public void A_folder_without_a_journal_is_empty() => Assert.Empty(new JournalReader(Path.Combine(_world.Root, "none")).ListSegments());
}
