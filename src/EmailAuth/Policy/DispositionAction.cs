namespace EmailAuth.Policy;

/// <summary>What to do with a message (RFC 9989 section 5.4).</summary>
public enum DispositionAction
{
    /// <summary>Deliver it.</summary>
    Accept,

    /// <summary>Set it apart, such as in a folder for junk.</summary>
    Quarantine,

    /// <summary>Refuse it for good.</summary>
    Reject,

    /// <summary>Refuse it for now: a check could not be finished.</summary>
    TempFail,
}
