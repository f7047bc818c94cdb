namespace EmailAuth.Bimi;

/// <summary>What a DMARC record says, as far as BIMI's requirements depend on it (BIMI draft section 7.1).</summary>
internal sealed record BimiDmarcRecord
{
    /// <summary>The <c>p</c> tag.</summary>
    public required BimiPolicy Policy { get; init; }

    /// <summary>The <c>sp</c> tag, or null when it is absent.</summary>
    public BimiPolicy? SubdomainPolicy { get; init; }

    /// <summary>The <c>pct</c> tag of RFC 7489, or null when it is absent. RFC 9989 removed it, but a domain that publishes it means it.</summary>
    public int? Percentage { get; init; }

    /// <summary>Whether the record says <c>t=y</c> (RFC 9989): the policy is in test mode and must not be applied.</summary>
    public bool IsTesting { get; init; }
}
