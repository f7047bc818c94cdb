namespace EmailAuth.Inspection.Transport;

/// <summary>What a policy of MTA-STS asks senders to do (RFC 8461 section 3.2).</summary>
public enum MtaStsMode
{
    /// <summary>There is no policy: what a domain says before it removes its record.</summary>
    None,

    /// <summary>Deliver, and report failures.</summary>
    Testing,

    /// <summary>Do not deliver to a host that fails.</summary>
    Enforce,
}
