namespace EmailAuth.Reports.Store.Incoming;

/// <summary>Which sums are wanted, by what passes and by what changed against the period before.</summary>
public enum IncomingChange
{
    /// <summary>All with a count in the period.</summary>
    Any,

    /// <summary>Those without a count in the period before.</summary>
    New,

    /// <summary>Those of which at least half passed in the period before, and less than half in the period.</summary>
    StoppedPassing,

    /// <summary>Those of which some pass in the period.</summary>
    Passing,
}
