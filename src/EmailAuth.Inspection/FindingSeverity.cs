namespace EmailAuth.Cli.Output;

/// <summary>How much a finding matters.</summary>
internal enum Severity
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>Works, but is risky or not what was meant.</summary>
    Warning,

    /// <summary>Does not work, or undoes what the record is for.</summary>
    Error,
}
