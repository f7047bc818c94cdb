namespace EmailAuth.Arc;

/// <summary>The status of a chain (RFC 8617 section 4.4): what <c>cv=</c> says, and what a verifier finds.</summary>
public enum ArcResultCode
{
    /// <summary>The message has no chain (RFC 8617 section 5.2, step 1).</summary>
    None,

    /// <summary>The chain is whole: its order, its newest message signature and all its seals hold.</summary>
    Pass,

    /// <summary>
    /// The chain is broken for good (RFC 8617 section 5.2.1): this verification found it, or an earlier hop did and closed the chain with cv=fail
    /// (section 5.2, steps 2 and 3).
    /// </summary>
    Fail,
}
