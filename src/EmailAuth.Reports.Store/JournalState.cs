using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Store;

/// <summary>How far a journal is imported. Immutable.</summary>
public sealed class JournalState
{
    /// <summary>Up to where the store has the journal's messages.</summary>
    public required JournalPosition Position { get; init; }

    /// <summary>How many messages were imported from it.</summary>
    public required long Messages { get; init; }

    /// <summary>When the last batch was imported.</summary>
    public required DateTimeOffset ImportedAt { get; init; }

    /// <summary>The earliest receipt of a message in it; null before the first message, and for what an earlier version imported.</summary>
    public DateTimeOffset? FirstMessageAt { get; init; }

    /// <summary>The latest receipt of a message in it; null before the first message.</summary>
    public DateTimeOffset? LastMessageAt { get; init; }

    /// <summary>What went wrong last; null when nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>When the collector noted it.</summary>
    public DateTimeOffset? ErrorAt { get; init; }

    /// <summary>The position and the number of messages.</summary>
    public override string ToString() => $"{Position}: {Messages}";
}
