namespace EmailAuth.Reports.Aggregate;

/// <summary>Whether a report can be used.</summary>
public enum AggregateReportVerdict
{
    /// <summary>It has no fault in its form (<see cref="AggregateReport.Form"/>).</summary>
    Conforms,

    /// <summary>It has faults, which the findings name, and what it says could be read.</summary>
    Salvaged,

    /// <summary>It cannot be used: rows that were given are to be discarded.</summary>
    Unusable,
}
