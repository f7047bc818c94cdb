using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Store.Collecting;

/// <summary>One pass over the journal of a folder: from the store's position to the end that the journal has now.</summary>
/// <param name="store">Where to import to.</param>
/// <param name="folder">The folder.</param>
/// <param name="batchMessages">The most messages of a transaction.</param>
/// <param name="acknowledged">The positions of the folder's nodes that the store acknowledged in earlier passes, and in this one.</param>
/// <param name="imported">Is told how many messages each transaction had.</param>
/// <param name="say">Is given what an operator must know.</param>
internal sealed class JournalPass(
    IReportStore store, string folder, int batchMessages, Dictionary<string, JournalPosition> acknowledged, Action<int> imported, Action<string> say)
{
    /// <summary>How many bytes of messages end a transaction. In memory they take several times as much, and a sender chooses the names in them.</summary>
    public const int MaxBatchBytes = 4 * 1024 * 1024;

    private readonly JournalReader _reader = new(folder);
    private string? _error;

    /// <summary>Runs the pass.</summary>
    /// <param name="earlierError">What went wrong before, to be noted in the store; null when nothing did.</param>
    /// <param name="cancellationToken">Ends it between two transactions, or in one, which is then not done.</param>
    /// <returns>Whether the end was reached; otherwise another collector was faster, and a further pass begins where it is.</returns>
    public async Task<bool> RunAsync(string? earlierError, CancellationToken cancellationToken)
    {
        _error = earlierError;
        var nodes = _reader.ListSegments().GroupBy(static segment => segment.Node, StringComparer.Ordinal).ToList();
        foreach (var gone in acknowledged.Keys.Except(nodes.Select(static node => node.Key), StringComparer.Ordinal).ToArray())
        {
            acknowledged.Remove(gone);
        }

        foreach (var node in nodes)
        {
            var position = (await store.FindJournalAsync(node.Key, cancellationToken))?.Position;
            NoteReturn(node.Key, position);
            foreach (var segment in node.OrderBy(static segment => segment.Number))
            {
                if (position is not { } known || known.Segment <= segment.Number)
                {
                    var (isImported, after) = await ImportAsync(segment, position, cancellationToken);
                    if (!isImported)
                    {
                        return false;
                    }

                    position = after;
                }

                // All of it is in the store, this time or earlier.
                if (segment.IsFinished)
                {
                    JournalReader.Delete(segment);
                }
            }
        }

        return true;
    }

    private async Task<(bool IsImported, JournalPosition? After)> ImportAsync(
        JournalSegment segment, JournalPosition? position, CancellationToken cancellationToken)
    {
        var (damaged, unreadable) = (_reader.DamagedBytes, _reader.UnreadableRecords);
        var (batch, bytes) = (new List<JournalEntry>(), 0L);
        foreach (var entry in _reader.Read(segment, position is { } known && known.Segment == segment.Number ? known.Offset : 0))
        {
            batch.Add(entry);
            bytes += entry.PolicyBytes.Length + entry.RowBytes.Length + entry.Message.Failures.Sum(static failure => failure.Fields?.Length + failure.Header?.Length ?? 0);
            if (batch.Count == batchMessages || bytes >= MaxBatchBytes)
            {
                if (!await StoreAsync(position, entry.After, batch, cancellationToken))
                {
                    return (false, null);
                }

                position = entry.After;
                batch.Clear();
                bytes = 0;
            }
        }

        NoteDamage(segment, _reader.DamagedBytes - damaged, _reader.UnreadableRecords - unreadable);
        if (batch.Count == 0 && _error is null)
        {
            return (true, position);
        }

        var after = batch.Count > 0 ? batch[^1].After : position ?? segment.Start;
        return (await StoreAsync(position, after, batch, cancellationToken), after);
    }

    private async Task<bool> StoreAsync(JournalPosition? from, JournalPosition to, List<JournalEntry> entries, CancellationToken cancellationToken)
    {
        var batch = new JournalBatch { From = from, To = to, Entries = entries, Error = _error };
        if (await store.ImportAsync(batch, cancellationToken) == ImportResult.PositionMoved)
        {
            return false;
        }

        _error = null;
        acknowledged[to.Node] = to;
        imported(entries.Count);
        return true;
    }

    // A store forgets what it acknowledged when it is restored from a backup, or when a standby takes over that did not have it yet.
    private void NoteReturn(string node, JournalPosition? position)
    {
        if (acknowledged.TryGetValue(node, out var known) && (position is not { } found || (found.Segment, found.Offset).CompareTo((known.Segment, known.Offset)) < 0))
        {
            _error = $"{CollectorCodes.StoreWentBack}: the store acknowledged {known} and now has {position?.ToString() ?? "no position"} of the journal '{folder}', as after the loss of its last "
                + "transactions: messages of files that were deleted since are not counted; keep a standby that replicates synchronously";
            say(_error);
            acknowledged.Remove(node);
        }
    }

    private void NoteDamage(JournalSegment segment, long bytes, long records)
    {
        if (bytes > 0)
        {
            _error = $"{bytes} damaged bytes were skipped in '{segment.Path}'";
        }

        if (records > 0)
        {
            _error = $"{records} messages in '{segment.Path}' cannot be read by this version and were skipped";
        }
    }
}
