namespace EmailAuth.Reports.Store.Collecting;

/// <summary>The codes with which lines of a collector begin that an operator should look for.</summary>
public static class CollectorCodes
{
    /// <summary>Two machines write journals of one origin: one is a copy of the other. All messages count; the reports say what both received.</summary>
    public const string JournalCloned = "journal_cloned";

    /// <summary>The store no longer has a position that it acknowledged. Messages are missing whose files were deleted since.</summary>
    public const string StoreWentBack = "store_went_back";
}
