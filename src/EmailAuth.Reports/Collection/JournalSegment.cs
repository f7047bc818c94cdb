namespace EmailAuth.Reports.Collection;

/// <summary>A file of a journal. Immutable.</summary>
public sealed class JournalSegment
{
    /// <summary>The id of the folder in which it was written.</summary>
    public required string Node { get; init; }

    /// <summary>Its number; later segments of a node have higher numbers.</summary>
    public required long Number { get; init; }

    /// <summary>The path of its file.</summary>
    public required string Path { get; init; }

    /// <summary>Whether nothing is added to it any more. When all of it was imported, <see cref="JournalReader.Delete"/> removes it.</summary>
    public required bool IsFinished { get; init; }

    /// <summary>The place of its first message.</summary>
    public JournalPosition Start => new() { Node = Node, Segment = Number, Offset = SegmentFormat.HeaderBytes };

    /// <summary>The path.</summary>
    public override string ToString() => Path;
}
