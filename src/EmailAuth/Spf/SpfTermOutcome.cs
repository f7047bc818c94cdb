namespace EmailAuth.Spf;

/// <summary>What became of one term of a record (RFC 7208 section 4.6.2).</summary>
public enum SpfTermOutcome
{
    /// <summary>The mechanism did not match; evaluation continued.</summary>
    NoMatch,

    /// <summary>The mechanism matched and decided the record's result.</summary>
    Match,

    /// <summary>The modifier was followed.</summary>
    Followed,

    /// <summary>The term ended the check with temperror or permerror.</summary>
    Error,
}
