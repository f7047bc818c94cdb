namespace EmailAuth.Inspection;

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>For information.</summary>
    Note,

    /// <summary>Works, but is risky, or probably not what the domain owner intended.</summary>
    Warning,

    /// <summary>Does not work, or defeats the purpose of the record.</summary>
    Error,
}
