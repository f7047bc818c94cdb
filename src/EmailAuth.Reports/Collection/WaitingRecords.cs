namespace EmailAuth.Reports.Collection;

/// <summary>Records in memory, with room for their heads, which depend on the segment that they will be in. Not thread-safe.</summary>
internal sealed class WaitingRecords
{
    private const int KeptBytes = 1024 * 1024;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Add(ReadOnlySpan<byte> content)
    {
        var length = SegmentFormat.RecordHeadBytes + content.Length;
        if (_bytes.Length - Length < length)
        {
            Array.Resize(ref _bytes, Math.Max(Math.Max(64 * 1024, (int)Math.Min(Array.MaxLength, _bytes.Length * 2L)), Length + length));
        }

        SegmentFormat.WriteLength(_bytes.AsSpan(Length), content.Length);
        content.CopyTo(_bytes.AsSpan(Length + SegmentFormat.RecordHeadBytes));
        Length += length;
        Count++;
    }

    /// <summary>Writes the heads for a segment; again when the records go into another one.</summary>
    public void Seal(uint seed)
    {
        for (var at = 0; at < Length;)
        {
            var length = SegmentFormat.RecordHeadBytes + SegmentFormat.ReadLength(_bytes.AsSpan(at));
            SegmentFormat.WriteHead(_bytes.AsSpan(at, length), seed);
            at += length;
        }
    }

    public void Clear()
    {
        if (_bytes.Length > KeptBytes)
        {
            _bytes = [];
        }

        (Length, Count) = (0, 0);
    }
}
