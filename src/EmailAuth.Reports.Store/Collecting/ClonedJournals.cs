namespace EmailAuth.Reports.Store.Collecting;

/// <summary>Finds machines that were cloned with the folder of their journal: two writers of one folder's id received messages at the same time.</summary>
/// <remarks>
/// A folder has one writer after the other, so the times of their messages do not overlap. Nothing is lost by a clone, because each writer has a node of
/// its own; but who reads the status takes both machines for one.
/// </remarks>
internal static class ClonedJournals
{
    // A clock that is set back between two writers makes a short overlap.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    // What was mended is not told for ever.
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    /// <summary>The ids of the folders.</summary>
    public static List<string> Find(IEnumerable<JournalState> states, DateTimeOffset now) =>
    [
        .. states.Where(state => state.FirstMessageAt is not null && state.LastMessageAt > now - Memory)
            .GroupBy(static state => state.Position.FolderId, StringComparer.Ordinal)
            .Where(static folder => Overlaps(folder))
            .Select(static folder => folder.Key)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>What an operator reads.</summary>
    public static string Describe(string folder) =>
        $"{CollectorCodes.JournalCloned}: two machines write journals with the folder id {folder}, as after one was cloned: all messages are counted, and 'status' shows both as one; "
        + "to tell them apart, delete the file 'node' in the journal's folder of one of them and start its milter again";

    private static bool Overlaps(IEnumerable<JournalState> writers)
    {
        DateTimeOffset? last = null;
        foreach (var writer in writers.OrderBy(static state => state.FirstMessageAt))
        {
            if (last - writer.FirstMessageAt > Tolerance && writer.LastMessageAt - writer.FirstMessageAt > Tolerance)
            {
                return true;
            }

            last = last > writer.LastMessageAt ? last : writer.LastMessageAt;
        }

        return false;
    }
}
