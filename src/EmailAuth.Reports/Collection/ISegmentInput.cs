namespace EmailAuth.Reports.Collection;

/// <summary>The bytes of a segment as a reader uses them.</summary>
internal interface ISegmentInput
{
    /// <summary>How many there are at present.</summary>
    long Length { get; }

    /// <summary>Reads until the span is full or there are no more.</summary>
    int Read(Span<byte> bytes, long offset);
}
