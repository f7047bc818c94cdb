namespace EmailAuth.Spf;

/// <summary>What a macro-string is for, which decides the letters and characters that it may have.</summary>
internal enum SpfMacroUse
{
    /// <summary>A domain-spec: no "c", "r", "t" (RFC 7208 section 7.2).</summary>
    DomainSpec,

    /// <summary>The value of a modifier that RFC 7208 does not define (section 6).</summary>
    Modifier,

    /// <summary>An explanation: it may have spaces (section 6.2).</summary>
    Explanation,
}
