namespace EmailAuth.Dmarc;

/// <summary>How a domain owner wants mail handled that fails DMARC (RFC 9989 section 4.7, tags <c>p</c>, <c>sp</c> and <c>np</c>).</summary>
public enum DmarcPolicy
{
    /// <summary>No preference.</summary>
    None,

    /// <summary>Treat as suspicious.</summary>
    Quarantine,

    /// <summary>Refuse.</summary>
    Reject,
}
