namespace EmailAuth.Bimi;

/// <summary>A policy that a DMARC record asks for, as far as BIMI distinguishes them.</summary>
internal enum BimiPolicy
{
    /// <summary>No enforcement.</summary>
    None,

    /// <summary>Quarantine.</summary>
    Quarantine,

    /// <summary>Reject.</summary>
    Reject,
}
