namespace EmailAuth.Reports.Collection;

/// <summary>What is at a place of a segment.</summary>
internal enum SegmentRecordState
{
    /// <summary>A record whose checksum is right.</summary>
    Whole,

    /// <summary>The closing record: the segment is finished.</summary>
    End,

    /// <summary>The beginning of a record, of which more bytes must follow.</summary>
    Incomplete,

    /// <summary>Something else.</summary>
    Damaged,
}
