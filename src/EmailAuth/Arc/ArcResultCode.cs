namespace EmailAuth.Arc;

/// <summary>The status of a chain (RFC 8617 section 4.4): what <c>cv=</c> says, and what a verifier finds.</summary>
public enum ArcResultCode
{
    /// <summary>There is no chain to judge: the message has none, or it was closed by a hop that found it broken.</summary>
    None,

    /// <summary>The chain is whole: its order, its newest message signature and all its seals hold.</summary>
    Pass,

    /// <summary>The chain is broken, for good (RFC 8617 section 5.2.1).</summary>
    Fail,
}
