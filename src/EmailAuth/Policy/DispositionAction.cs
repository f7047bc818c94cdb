namespace EmailAuth.Policy;

/// <summary>What to do with a message (RFC 9989 section 5.4).</summary>
public enum DispositionAction
{
    /// <summary>Deliver it.</summary>
    Accept,

    /// <summary>Put it aside, for example in a junk folder.</summary>
    Quarantine,

    /// <summary>Refuse it permanently.</summary>
    Reject,

    /// <summary>Refuse it temporarily: a check could not be finished.</summary>
    TempFail,
}
