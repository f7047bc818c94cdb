namespace EmailAuth.Spf;

/// <summary>What a match of a mechanism means (RFC 7208 section 4.6.2).</summary>
public enum SpfQualifier
{
    /// <summary><c>+</c>, the default.</summary>
    Pass,

    /// <summary><c>-</c></summary>
    Fail,

    /// <summary><c>~</c></summary>
    SoftFail,

    /// <summary><c>?</c></summary>
    Neutral,
}
