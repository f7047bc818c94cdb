using System.Globalization;

namespace EmailAuth.Reports.Collection;

/// <summary>A place in a journal: everything before it was read.</summary>
public readonly record struct JournalPosition
{
    /// <summary>
    /// The id of what one writer wrote into a journal's folder: 32 hexadecimal digits. The first half is the folder's (<see cref="FolderId"/>); the second
    /// is new each time a writer opens the folder, so that a cloned machine does not go on at the position of its original.
    /// </summary>
    public required string Node { get; init; }

    /// <summary>
    /// The first half of <see cref="Node"/>: it stays the same as long as the folder exists, and a cloned machine has that of its original.
    /// </summary>
    public string FolderId => Node.Length > JournalNode.FolderDigits ? Node[..JournalNode.FolderDigits] : Node;

    /// <summary>The number of the segment; later segments of a node have higher numbers.</summary>
    public required long Segment { get; init; }

    /// <summary>The byte in the segment's file.</summary>
    public required long Offset { get; init; }

    /// <summary>Node, segment and offset.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Node}:{Segment}:{Offset}");
}
