using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EmailAuth.Reports.Collection;

/// <summary>What the file "node" of a journal's folder says: who writes now, the last number of a segment, and who wrote the segments that are there.</summary>
/// <remarks>
/// A node has two halves: that of the folder stays, and that of the writer is chosen at random each time a writer opens the folder. So neither a machine
/// that was cloned nor a folder that was restored from a backup goes on under a node whose position in a store is moved by another one: a store
/// would skip the messages up to that position. The copies of earlier segments have the node and the bytes of the originals, and count once.
/// </remarks>
internal sealed record JournalNode
{
    /// <summary>The digits of the folder's half.</summary>
    public const int FolderDigits = SegmentFormat.NodeCharacters / 2;

    /// <summary>The node of the writer that has the folder now.</summary>
    public required string Node { get; init; }

    /// <summary>The highest number that was given to a segment.</summary>
    public required long LastNumber { get; init; }

    /// <summary>The nodes of the segments that are in the folder, each with the first number that it gave, in order.</summary>
    public IReadOnlyList<(string Node, long First)> Writers { get; init; } = [];

    /// <summary>A new writer's node, after what the folder had.</summary>
    /// <param name="known">What the file said; null when it is missing or damaged.</param>
    /// <param name="segments">The numbers of the segments that are there, in order.</param>
    public static JournalNode After(JournalNode? known, IReadOnlyList<long> segments)
    {
        var folder = known?.Node[..FolderDigits] ?? RandomNumberGenerator.GetHexString(FolderDigits, lowercase: true);
        var node = folder + RandomNumberGenerator.GetHexString(SegmentFormat.NodeCharacters - FolderDigits, lowercase: true);
        var last = Math.Max(segments is [.., var newest] ? newest : 0, known?.LastNumber ?? 0);

        // A file of an earlier version has one node for all segments.
        var writers = known is null ? [] : known.Writers.Count > 0 ? known.Writers : [(known.Node, 0)];
        var used = segments.Select(number => Find(writers, number)).ToHashSet(StringComparer.Ordinal);
        return new JournalNode { Node = node, LastNumber = last, Writers = [.. writers.Where(writer => used.Contains(writer.Node)), (node, last + 1)] };
    }

    /// <summary>Reads the file's text; null when it is damaged.</summary>
    public static JournalNode? Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines is not [var node, var last, ..] || !SegmentFormat.IsNode(node) || Number(last) is not { } lastNumber)
        {
            return null;
        }

        var writers = new List<(string Node, long First)>();
        foreach (var line in lines.AsSpan(2))
        {
            if (line.Split(' ') is [var writer, var first] && SegmentFormat.IsNode(writer) && Number(first) is { } firstNumber)
            {
                writers.Add((writer, firstNumber));
            }
        }

        return new JournalNode { Node = node, LastNumber = lastNumber, Writers = writers };
    }

    /// <summary>Who wrote a segment.</summary>
    /// <param name="number">The segment's number.</param>
    public string NodeOf(long number) => Find(Writers, number) ?? Node;

    /// <summary>The file's text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Node}\n{LastNumber}\n");
        foreach (var (writer, first) in Writers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{writer} {first}\n");
        }

        return text.ToString();
    }

    private static string? Find(IReadOnlyList<(string Node, long First)> writers, long number) => writers.LastOrDefault(writer => writer.First <= number).Node;

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
