using EmailAuth.Signatures;

namespace EmailAuth.Dkim;

/// <summary>Whether a signature counts whose key record says that the domain is testing DKIM (<c>t=y</c>, RFC 6376 section 3.6.1).</summary>
public enum TestingKeys
{
    /// <summary>
    /// It counts like any other. Most receivers do so, against the letter of RFC 6376 section 3.6.1: many domains leave the flag in place
    /// for years. BIMI does not accept such a signature alone.
    /// </summary>
    Count,

    /// <summary>A signature that holds is <see cref="SignatureResultCode.Policy"/>: the message is treated as one that is not signed.</summary>
    Ignore,
}
