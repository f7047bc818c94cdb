namespace EmailAuth;

/// <summary>The methods that the pipeline can run, by their names in RFC 8601 section 2.7.</summary>
[Flags]
public enum AuthenticationMethods
{
    /// <summary>No method.</summary>
    None = 0,

    /// <summary>Reverse DNS of the client's address (RFC 8601 section 3).</summary>
    Iprev = 1,

    /// <summary>SPF for the HELO and the MAIL FROM identity (RFC 7208).</summary>
    Spf = 2,

    /// <summary>DKIM signatures (RFC 6376).</summary>
    Dkim = 4,

    /// <summary>The ARC chain (RFC 8617).</summary>
    Arc = 8,

    /// <summary>DMARC (RFC 9989). It uses what SPF and DKIM found.</summary>
    Dmarc = 16,

    /// <summary>BIMI (draft-brand-indicators-for-message-identification). It needs DMARC.</summary>
    Bimi = 32,

    /// <summary>All of them.</summary>
    All = Iprev | Spf | Dkim | Arc | Dmarc | Bimi,
}
