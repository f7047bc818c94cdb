namespace EmailAuth.Reports.Collection;

/// <summary>A segment's file on a disk.</summary>
internal sealed class SegmentOutput(string path) : ISegmentOutput
{
    private readonly FileStream _file = new(path, JournalFolder.Creation(FileMode.CreateNew));

    public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(_file.SafeFileHandle, bytes, offset);

    public void Flush() => RandomAccess.FlushToDisk(_file.SafeFileHandle);

    public void Dispose() => _file.Dispose();
}
