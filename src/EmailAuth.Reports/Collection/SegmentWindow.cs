using System.Diagnostics;

namespace EmailAuth.Reports.Collection;

/// <summary>Goes through the records of a segment with a part of its file in memory.</summary>
/// <param name="file">The file.</param>
/// <param name="offset">Where to begin.</param>
/// <param name="seed">The segment's start value of checksums.</param>
/// <param name="isFinished">
/// Whether nothing is added any more. Then damaged bytes are skipped; otherwise they may be a record of which the writer has written only a part,
/// and are the end for now.
/// </param>
internal sealed class SegmentWindow(ISegmentInput file, long offset, uint seed, bool isFinished)
{
    // Two of the longest records, and no more than the file has: most files are short. What is added to it meanwhile is read the next time.
    private readonly byte[] _bytes = new byte[Math.Clamp(file.Length - offset, 1, 2 * (SegmentFormat.MaxContentBytes + SegmentFormat.RecordHeadBytes))];
    private long _start = offset;
    private int _at;
    private int _filled;
    private int _contentLength;

    /// <summary>The place after the record.</summary>
    public long Position => _start + _at;

    public long DamagedBytes { get; private set; }

    public ReadOnlySpan<byte> Content => _bytes.AsSpan(_at - _contentLength, _contentLength);

    /// <summary>Goes to the next whole record; false at the end.</summary>
    public bool MoveNext()
    {
        while (true)
        {
            switch (SegmentFormat.Read(_bytes.AsSpan(_at.._filled), seed, out var length))
            {
                case SegmentRecordState.Whole:
                    _at += length;
                    _contentLength = length - SegmentFormat.RecordHeadBytes;
                    return true;
                case SegmentRecordState.End:
                    return false;
                case SegmentRecordState.Incomplete:
                    if (!Fill() && !TrySkip())
                    {
                        return false;
                    }

                    break;
                case SegmentRecordState.Damaged:
                    if (!TrySkip())
                    {
                        return false;
                    }

                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }

    // Goes to the next byte at which a record can begin.
    private bool TrySkip()
    {
        if (!isFinished || _at == _filled)
        {
            return false;
        }

        var next = _bytes.AsSpan((_at + 1).._filled).IndexOf(SegmentFormat.Mark[0]);
        var skipped = next < 0 ? _filled - _at : next + 1;
        _at += skipped;
        DamagedBytes += skipped;
        return true;
    }

    private bool Fill()
    {
        _bytes.AsSpan(_at.._filled).CopyTo(_bytes);
        (_start, _filled, _at) = (_start + _at, _filled - _at, 0);
        var read = file.Read(_bytes.AsSpan(_filled), _start + _filled);
        _filled += read;
        return read > 0;
    }
}
