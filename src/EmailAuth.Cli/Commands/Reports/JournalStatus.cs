using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Store;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>A journal: what the store has of it, and what its folder has that the store has not.</summary>
internal sealed class JournalStatus
{
    /// <summary>The node; null for a folder without a journal.</summary>
    public string? Node { get; private init; }

    /// <summary>The folder; null when it was not given, or is of another machine.</summary>
    public string? Folder { get; private init; }

    /// <summary>What the store has; null for a journal that was never imported.</summary>
    public JournalState? State { get; private init; }

    /// <summary>How many messages the store has of it, with those of earlier writers of its folder that are not listed.</summary>
    public long Messages { get; private set; }

    /// <summary>The bytes of messages that are not imported; null without a folder.</summary>
    public long? WaitingBytes { get; private init; }

    /// <summary>Why the folder cannot be read; null when it can.</summary>
    public string? Fault { get; private init; }

    /// <summary>The journals of the folders, then the others that the store knows.</summary>
    public static List<JournalStatus> Of(IEnumerable<string> folders, IReadOnlyList<JournalState> states)
    {
        var known = states.ToDictionary(static state => state.Position.Node, StringComparer.Ordinal);
        var journals = folders.SelectMany(folder => OfFolder(folder, known)).ToList();
        var shown = journals.Where(static journal => journal.State is not null).Select(static journal => journal.State!.Position.Node).ToHashSet(StringComparer.Ordinal);

        // Each start of a milter writes under a node of its own; the newest one of a folder is shown for those that are imported to their ends.
        foreach (var writers in states.Where(state => !shown.Contains(state.Position.Node)).GroupBy(static state => state.Position.FolderId, StringComparer.Ordinal))
        {
            var ofFolder = journals.Where(journal => journal.State?.Position.FolderId == writers.Key).MaxBy(static journal => journal.State!.ImportedAt);
            if (ofFolder is null)
            {
                var newest = writers.MaxBy(static state => state.ImportedAt)!;
                journals.Add(ofFolder = new JournalStatus { Node = newest.Position.Node, State = newest });
            }

            ofFolder.Messages += writers.Sum(static state => state.Messages) - (shown.Contains(ofFolder.State!.Position.Node) ? 0 : ofFolder.State.Messages);
        }

        foreach (var journal in journals)
        {
            journal.Messages += journal.State?.Messages ?? 0;
        }

        return journals;
    }

    private static IEnumerable<JournalStatus> OfFolder(string folder, Dictionary<string, JournalState> known)
    {
        try
        {
            if (!Directory.Exists(folder))
            {
                return [new JournalStatus { Folder = folder, Fault = "the folder does not exist" }];
            }

            var segments = new JournalReader(folder).ListSegments();
            return segments.Count == 0
                ? [new JournalStatus { Folder = folder, WaitingBytes = 0 }]
                : [.. segments.GroupBy(static segment => segment.Node, StringComparer.Ordinal).Select(node => OfNode(folder, node.Key, node, known.GetValueOrDefault(node.Key)))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new JournalStatus { Folder = folder, Fault = e.Message.TrimEnd('.') }];
        }
    }

    private static JournalStatus OfNode(string folder, string node, IEnumerable<JournalSegment> segments, JournalState? state) => new()
    {
        Node = node,
        Folder = folder,
        State = state,
        WaitingBytes = segments.Sum(segment => Math.Max(0, LengthOf(segment) - ImportedOf(segment, state))),
    };

    // A collector may delete it at this moment: then nothing of it waits.
    private static long LengthOf(JournalSegment segment) => new FileInfo(segment.Path) is { Exists: true } file ? file.Length : 0;

    private static long ImportedOf(JournalSegment segment, JournalState? state) =>
        state is null || state.Position.Segment < segment.Number ? segment.Start.Offset
        : state.Position.Segment == segment.Number ? state.Position.Offset
        : long.MaxValue;
}
