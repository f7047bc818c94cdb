namespace EmailAuth.Reports.Store;

/// <summary>What became of a batch.</summary>
public enum ImportResult
{
    /// <summary>Its messages are counted, and its end is the journal's position.</summary>
    Imported,

    /// <summary>
    /// Nothing is counted, because the store's position is not the batch's begin: another collector was first, or an earlier attempt whose answer
    /// was lost had been stored. Read the position, and continue from there.
    /// </summary>
    PositionMoved,
}
