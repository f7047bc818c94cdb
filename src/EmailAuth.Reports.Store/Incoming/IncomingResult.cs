namespace EmailAuth.Reports.Store.Incoming;

/// <summary>What became of a document that was stored.</summary>
public enum IncomingResult
{
    /// <summary>It is new, and counts.</summary>
    Counted,

    /// <summary>It is a copy of a stored one, and does not count.</summary>
    Duplicate,

    /// <summary>Another version of it counts; this one is kept.</summary>
    OtherVersion,

    /// <summary>It counts instead of another version, because its submitter signed it and not the other.</summary>
    Replaced,

    /// <summary>It cannot be used: its findings are kept, and it does not count.</summary>
    Unusable,
}
