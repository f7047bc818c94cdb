using System.Globalization;

namespace EmailAuth.Reports.Collection;

/// <summary>A place in a journal: everything before it was read.</summary>
public readonly record struct JournalPosition
{
    /// <summary>The id of the journal's folder: 32 hexadecimal digits that stay the same as long as the folder exists.</summary>
    public required string Node { get; init; }

    /// <summary>The number of the segment; later segments of a node have higher numbers.</summary>
    public required long Segment { get; init; }

    /// <summary>The byte in the segment's file.</summary>
    public required long Offset { get; init; }

    /// <summary>Node, segment and offset.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Node}:{Segment}:{Offset}");
}
