namespace EmailAuth.Reports.Collection;

/// <summary>Writes one segment. Used by one thread.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly ISegmentOutput _output;
    private readonly string _path;
    private long _offset;

    public SegmentWriter(string node, long number, string path, Func<string, ISegmentOutput> create)
    {
        _path = path;
        Seed = SegmentFormat.Seed(node, number);
        _output = create(path);
        try
        {
            var header = SegmentFormat.Header(node, number);
            _output.Write(header, 0);
            _offset = header.Length;
        }
        catch
        {
            // Without its header the file says nothing. What it takes of a full disk is needed for the next attempt.
            _output.Dispose();
            File.Delete(path);
            throw;
        }
    }

    public uint Seed { get; }

    public long Length => _offset;

    public bool HasRecords => _offset > SegmentFormat.HeaderBytes;

    /// <summary>Whether the file is still in its folder. Nobody would read what is written into a deleted one.</summary>
    public bool IsThere => File.Exists(_path);

    /// <summary>Writes records and waits for the disk. After an exception the next call writes to the same place.</summary>
    public void Append(ReadOnlySpan<byte> records)
    {
        _output.Write(records, _offset);
        _output.Flush();
        _offset += records.Length;
    }

    /// <summary>Writes the closing record.</summary>
    public void Close()
    {
        Span<byte> end = stackalloc byte[SegmentFormat.RecordHeadBytes];
        SegmentFormat.WriteHead(end, Seed);
        Append(end);
    }

    public void Dispose() => _output.Dispose();
}
