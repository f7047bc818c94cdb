using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Store;

/// <summary>What a collector read from a journal: the messages between two positions. Immutable.</summary>
public sealed class JournalBatch
{
    /// <summary>Where the messages begin: the position that the store has for the journal's node; null when it has none.</summary>
    public required JournalPosition? From { get; init; }

    /// <summary>Where they end: the store's next position.</summary>
    public required JournalPosition To { get; init; }

    /// <summary>The messages; none to note only a position or an error.</summary>
    public IReadOnlyList<JournalEntry> Entries { get; init; } = [];

    /// <summary>What went wrong since the last batch, for the status; null when nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>The positions and the number of messages.</summary>
    public override string ToString() => $"{From} to {To}: {Entries.Count}";
}
