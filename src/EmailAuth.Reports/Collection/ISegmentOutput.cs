namespace EmailAuth.Reports.Collection;

/// <summary>A segment's file as its writer uses it.</summary>
internal interface ISegmentOutput : IDisposable
{
    /// <summary>Writes bytes at a place. After an exception some of them may be there; the caller writes the same bytes again.</summary>
    /// <exception cref="IOException">They cannot be written, such as on a full disk.</exception>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Waits until everything is on the disk.</summary>
    /// <exception cref="IOException">The disk has a fault.</exception>
    void Flush();
}
