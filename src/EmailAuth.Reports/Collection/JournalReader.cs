namespace EmailAuth.Reports.Collection;

/// <summary>Reads the journal in a folder, also while a process writes it. Not thread-safe; one reader a folder deletes.</summary>
/// <remarks>
/// Bytes that are damaged, such as the end of a file whose writer was killed, are skipped and counted. In a segment that is still written the reader stops
/// before them. Memory is bounded by the longest record, whatever the files contain.
/// </remarks>
/// <param name="folder">The folder.</param>
public sealed class JournalReader(string folder)
{
    /// <summary>The bytes that were skipped because they are damaged.</summary>
    public long DamagedBytes { get; private set; }

    /// <summary>The records that were skipped because this version cannot read their content, though their checksum is right.</summary>
    public long UnreadableRecords { get; private set; }

    /// <summary>The segments, the oldest first; empty when the folder has none, or does not exist.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public IReadOnlyList<JournalSegment> ListSegments()
    {
        var found = JournalFolder.Segments(folder);
        var segments = new List<JournalSegment>(found.Count);
        for (var i = 0; i < found.Count; i++)
        {
            var (number, path) = found[i];
            using var file = SegmentFile.TryOpen(path);
            if (file?.Node(number) is not { } node)
            {
                // It was deleted meanwhile, or was created a moment ago and has no header yet. A damaged header leaves the records readable.
                node = JournalFolder.ReadNode(folder)?.NodeOf(number);
                if (file is null || node is null || (i == found.Count - 1 && file.Length < SegmentFormat.HeaderBytes))
                {
                    continue;
                }
            }

            // A writer closes a segment before it begins the next one.
            var isFinished = i < found.Count - 1 || file.EndsClosed(SegmentFormat.Seed(node, number));
            segments.Add(new JournalSegment { Node = node, Number = number, Path = path, IsFinished = isFinished });
        }

        return segments;
    }

    /// <summary>Reads the messages of a segment up to the end that it has now.</summary>
    /// <param name="segment">The segment, from <see cref="ListSegments"/>.</param>
    /// <param name="offset">Where to begin: the offset after the last message that was imported, or 0 for all.</param>
    /// <returns>The messages. If <see cref="JournalSegment.IsFinished"/>, these are the last ones, and the segment may be deleted after them.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IEnumerable<JournalEntry> Read(JournalSegment segment, long offset = 0)
    {
        ArgumentNullException.ThrowIfNull(segment);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using var file = SegmentFile.TryOpen(segment.Path);
        if (file is null)
        {
            yield break;
        }

        var window = new SegmentWindow(file, Math.Max(offset, SegmentFormat.HeaderBytes), SegmentFormat.Seed(segment.Node, segment.Number), segment.IsFinished);
        while (window.MoveNext())
        {
            if (Entry(segment, window) is { } entry)
            {
                yield return entry;
            }
            else
            {
                UnreadableRecords++;
            }
        }

        DamagedBytes += window.DamagedBytes;
    }

    /// <summary>Deletes a finished segment, all of whose messages were imported.</summary>
    /// <param name="segment">The segment.</param>
    /// <exception cref="InvalidOperationException">It is not finished.</exception>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    public static void Delete(JournalSegment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        if (!segment.IsFinished)
        {
            throw new InvalidOperationException("A segment that is still written cannot be deleted.");
        }

        File.Delete(segment.Path);
    }

    private static JournalEntry? Entry(JournalSegment segment, SegmentWindow window)
    {
        var content = window.Content.ToArray();
        return CollectedMessageCodec.TryReadParts(content, out _, out _, out var policy, out var row, out _) && CollectedMessageCodec.Read(content) is { } message
            ? new JournalEntry
            {
                After = segment.Start with { Offset = window.Position },
                Message = message,
                PolicyBytes = content.AsMemory(policy),
                RowBytes = content.AsMemory(row),
            }
            : null;
    }
}
