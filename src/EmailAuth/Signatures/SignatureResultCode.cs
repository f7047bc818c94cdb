namespace EmailAuth.Signatures;

/// <summary>The result of a signature, in the words of RFC 8601 section 2.7.1.</summary>
public enum SignatureResultCode
{
    /// <summary>The message is not signed.</summary>
    None,

    /// <summary>The signature is acceptable and both its halves hold.</summary>
    Pass,

    /// <summary>The signature does not hold: the body, a signed field or the signature was changed.</summary>
    Fail,

    /// <summary>The signature is not accepted by a local rule: it was not checked, or it passed and covers too little.</summary>
    Policy,

    /// <summary>The signature could not be processed for another reason.</summary>
    Neutral,

    /// <summary>The key could not be fetched now; a later attempt may succeed.</summary>
    TempError,

    /// <summary>The signature or its key is unusable, and will stay so.</summary>
    PermError,
}
