using Microsoft.Win32.SafeHandles;

namespace EmailAuth.Reports.Collection;

/// <summary>A segment's file, opened for reading beside its writer.</summary>
internal sealed class SegmentFile : ISegmentInput, IDisposable
{
    private readonly SafeFileHandle _handle;

    private SegmentFile(SafeFileHandle handle) => _handle = handle;

    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>Opens a file; null when it does not exist any more.</summary>
    public static SegmentFile? TryOpen(string path)
    {
        try
        {
            return new SegmentFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Reads until the span is full or the file ends.</summary>
    public int Read(Span<byte> bytes, long offset)
    {
        var total = 0;
        while (total < bytes.Length && RandomAccess.Read(_handle, bytes[total..], offset + total) is var read and > 0)
        {
            total += read;
        }

        return total;
    }

    /// <summary>The node in the header; null when the header is damaged, or of another segment.</summary>
    public string? Node(long number)
    {
        Span<byte> header = stackalloc byte[SegmentFormat.HeaderBytes];
        return SegmentFormat.NodeOf(header[..Read(header, 0)], number);
    }

    /// <summary>Whether the closing record is at the end.</summary>
    public bool EndsClosed(uint seed)
    {
        Span<byte> end = stackalloc byte[SegmentFormat.RecordHeadBytes];
        return Length >= SegmentFormat.HeaderBytes + end.Length && Read(end, Length - end.Length) == end.Length
            && SegmentFormat.Read(end, seed, out _) == SegmentRecordState.End;
    }

    public void Dispose() => _handle.Dispose();
}
