namespace EmailAuth.Reports.Store.Incoming;

/// <summary>Something that a report says, with a count. Equal ones of a document are added up. There is no address of a person in it.</summary>
public sealed record IncomingFact
{
    /// <summary>What it is about.</summary>
    public required IncomingFactKind Kind { get; init; }

    /// <summary>The UTC day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>What is counted, such as a source.</summary>
    public required string Name { get; init; }

    /// <summary>What else tells it apart, such as a selector.</summary>
    public string Detail { get; init; } = string.Empty;

    /// <summary>Whether it passes: for rows by DKIM, aligned.</summary>
    public bool IsPass { get; init; }

    /// <summary>For rows, whether they pass by SPF, aligned.</summary>
    public bool IsSpfPass { get; init; }

    /// <summary>The result in a word, such as a disposition.</summary>
    public string Word { get; init; } = string.Empty;

    /// <summary>How many.</summary>
    public required long Count { get; init; }
}
