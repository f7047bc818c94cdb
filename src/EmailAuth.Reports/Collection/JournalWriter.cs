using Microsoft.Extensions.Logging;

namespace EmailAuth.Reports.Collection;

/// <summary>Writes records into the segments of a folder. Used by one thread. After an exception the next call tries again.</summary>
internal sealed class JournalWriter(JournalOptions options, ILogger logger) : IDisposable
{
    private JournalFolder? _folder;
    private SegmentWriter? _segment;
    private long _segmentBegun;
    private WaitingRecords? _sealed;
    private long _otherBytes;
    private bool _wasFull;

    private long MaxSegmentBytes => Math.Min(options.MaxSegmentBytes, options.MaxBytes / 4);

    /// <summary>The bytes of all segments, as far as is known.</summary>
    public long FileBytes => _otherBytes + (_segment?.Length ?? 0);

    /// <summary>Opens the folder, so that its faults are known before the first message.</summary>
    public void Open()
    {
        if (_folder is null)
        {
            _folder = JournalFolder.Open(options.Folder);
            _otherBytes = _folder.TotalBytes();
        }
    }

    /// <summary>Writes records to the disk.</summary>
    /// <param name="records">The records. When this throws, the next call must have the same ones.</param>
    public void Write(WaitingRecords records)
    {
        if (_segment is { IsThere: false })
        {
            Dispose();
            JournalLog.Removed(logger, options.Folder);
        }

        Rotate(isFull: false);
        Open();
        if (_segment is null)
        {
            var (number, path) = _folder!.NextSegment();
            _segment = new SegmentWriter(_folder!.Node, number, path, options.CreateOutput);
            _segmentBegun = options.TimeProvider.GetTimestamp();
            _sealed = null;
        }

        if (_sealed != records)
        {
            records.Seal(_segment.Seed);
            _sealed = records;
        }

        _segment.Append(records.Written);
        _sealed = null;
        if (FileBytes > options.MaxBytes / 2)
        {
            Recount();
        }
    }

    /// <summary>
    /// Finishes the segment if it is large or old enough. The age is that of a clock which never jumps. A full journal finishes it at once: the
    /// importer deletes only finished ones.
    /// </summary>
    public void Rotate(bool isFull)
    {
        // Records that were written in part are continued in the segment that they belong to.
        if (_segment is { HasRecords: true } && _sealed is null
            && (isFull || _segment.Length >= MaxSegmentBytes || options.TimeProvider.GetElapsedTime(_segmentBegun) >= options.MaxSegmentAge))
        {
            Finish();
        }
    }

    /// <summary>Finishes the segment.</summary>
    public void Finish()
    {
        if (_segment is not null && _sealed is null)
        {
            _segment.Close();
            _otherBytes += _segment.Length;
            _segment.Dispose();
            _segment = null;
        }
    }

    /// <summary>Counts the bytes of the files again: an importer deletes some.</summary>
    public long Recount()
    {
        try
        {
            _otherBytes = Math.Max(0, (_folder?.TotalBytes() ?? 0) - (_segment?.Length ?? 0));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            JournalTelemetry.Failed();
        }

        return FileBytes;
    }

    /// <summary>Takes note of whether the journal is full.</summary>
    /// <returns>Whether that is news.</returns>
    public bool NoticeFull(bool isFull)
    {
        var isNews = isFull != _wasFull;
        _wasFull = isFull;
        return isNews;
    }

    public void Dispose()
    {
        _segment?.Dispose();
        _folder?.Dispose();
        (_segment, _folder, _sealed) = (null, null, null);
    }
}
