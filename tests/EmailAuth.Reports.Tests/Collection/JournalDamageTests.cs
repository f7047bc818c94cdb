using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Tests.Collection;

/// <summary>Files that end anywhere, and files with any bit changed: whole records are read, and never a wrong one.</summary>
public sealed class JournalDamageTests : IDisposable
{
    private readonly JournalWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_file_that_ends_anywhere_has_the_records_that_are_whole()
    {
        var (path, bytes, ends) = await ThreeRecordsAsync();
        for (var length = 0; length < bytes.Length; length++)
        {
            await File.WriteAllBytesAsync(path, bytes[..length], TestContext.Current.CancellationToken);
            var whole = ends.Count(end => end <= length);

            // As long as nothing follows, the rest may still come.
            var reader = _world.Reader;
            Assert.Equal(Enumerable.Range(1, whole), JournalWorld.Numbers(reader));
            Assert.Equal(0, reader.DamagedBytes);
        }
    }

    [Fact]
    public async Task A_writer_that_starts_behind_a_torn_record_loses_nothing()
    {
        var (path, bytes, ends) = await ThreeRecordsAsync();
        await _world.WriteAsync(9);
        for (var length = 0; length < bytes.Length; length++)
        {
            await File.WriteAllBytesAsync(path, bytes[..length], TestContext.Current.CancellationToken);
            var whole = ends.Count(end => end <= length);
            var reader = _world.Reader;
            Assert.Equal([.. Enumerable.Range(1, whole), 9], JournalWorld.Numbers(reader));
            Assert.All(reader.ListSegments(), static segment => Assert.True(segment.IsFinished));
            var lastWhole = whole == 0 ? SegmentFormat.HeaderBytes : ends[whole - 1];
            Assert.Equal(Math.Max(0, length - lastWhole), reader.DamagedBytes);
        }
    }

    [Fact]
    public async Task A_changed_bit_costs_one_record_and_never_makes_a_wrong_one()
    {
        var (path, bytes, _) = await ThreeRecordsAsync();
        await _world.WriteAsync(9);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            await File.WriteAllBytesAsync(path, changed, TestContext.Current.CancellationToken);

            var read = _world.Reader.ListSegments().SelectMany(segment => _world.Reader.Read(segment)).Select(static entry => entry.Message).ToList();
            Assert.InRange(read.Count, 3, 4);
            Assert.All(read, static message => Assert.Equal(
                CollectedMessageCodec.Write(CollectedSamples.Numbered(CollectedSamples.NumberOf(message))), CollectedMessageCodec.Write(message)));
        }
    }

    [Fact]
    public async Task Records_of_another_segment_do_not_check()
    {
        var (path, bytes, _) = await ThreeRecordsAsync();
        await _world.WriteAsync(9);
        var other = JournalFolder.Segments(_world.Folder)[^1].Path;
        var mixed = await File.ReadAllBytesAsync(other, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(other, [.. mixed[..SegmentFormat.HeaderBytes], .. bytes[SegmentFormat.HeaderBytes..]], TestContext.Current.CancellationToken);
        await _world.WriteAsync(10);

        Assert.Equal([1, 2, 3, 10], _world.Numbers());
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task A_file_of_anything_is_no_journal()
    {
        Directory.CreateDirectory(_world.Folder);
        var random = new Random(26);
        var rubbish = new byte[100_000];
        random.NextBytes(rubbish);
        await File.WriteAllBytesAsync(Path.Combine(_world.Folder, SegmentFormat.FileName(1)), rubbish, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_world.Folder, "segment-x.journal"), "another file", TestContext.Current.CancellationToken);
        await _world.WriteAsync(9);

        var reader = _world.Reader;
        Assert.Equal([9], JournalWorld.Numbers(reader));
        Assert.Equal(rubbish.Length - SegmentFormat.HeaderBytes, reader.DamagedBytes);
    }

    // As a writer leaves it that was killed: without a closing record.
    private async Task<(string Path, byte[] Bytes, List<long> Ends)> ThreeRecordsAsync()
    {
        await _world.WriteAsync(1, 2, 3);
        var segment = Assert.Single(_world.Reader.ListSegments());
        var ends = _world.Reader.Read(segment).Select(static entry => entry.After.Offset).ToList();
        var bytes = await File.ReadAllBytesAsync(segment.Path, TestContext.Current.CancellationToken);
        Assert.Equal(ends[^1] + SegmentFormat.RecordHeadBytes, bytes.Length);
        return (segment.Path, bytes[..(int)ends[^1]], ends);
    }
}
