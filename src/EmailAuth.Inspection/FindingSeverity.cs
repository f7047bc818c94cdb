namespace EmailAuth.Inspection;

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>Works, but is risky or not what was meant.</summary>
    Warning,

    /// <summary>Does not work, or undoes what the record is for.</summary>
    Error,
}
