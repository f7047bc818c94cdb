namespace EmailAuth.Reports.Aggregate;

/// <summary>How much a finding about a report matters.</summary>
public enum AggregateFindingSeverity
{
    /// <summary>The report conforms, but says something odd.</summary>
    Note,

    /// <summary>The report does not conform; what it says could still be read.</summary>
    Fault,

    /// <summary>The report cannot be used.</summary>
    Fatal,
}
