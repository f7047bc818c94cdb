namespace EmailAuth.Dmarc;

/// <summary>What DMARC says of a message (RFC 8601 section 2.7, RFC 9989 section 5.3).</summary>
public enum DmarcResultCode
{
    /// <summary>No record applies to the author domain.</summary>
    None,

    /// <summary>An authenticated identifier aligns with the author domain.</summary>
    Pass,

    /// <summary>A record applies, and no authenticated identifier aligns.</summary>
    Fail,

    /// <summary>
    /// A DNS query on which the result depends failed; or the envelope is reconstructed (<see cref="SmtpEnvelope.IsReconstructed"/>) and does not
    /// say what SPF needs.
    /// </summary>
    TempError,

    /// <summary>The message has no usable author domain.</summary>
    PermError,
}
