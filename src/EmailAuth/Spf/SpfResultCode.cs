namespace EmailAuth.Spf;

/// <summary>The seven results of an SPF check (RFC 7208 section 2.6).</summary>
public enum SpfResultCode
{
    /// <summary>There is no domain to check, or it publishes no SPF record (section 2.6.1).</summary>
    None,

    /// <summary>The domain says nothing about the client (section 2.6.2).</summary>
    Neutral,

    /// <summary>The client may use the identity (section 2.6.3).</summary>
    Pass,

    /// <summary>The client may not use the identity (section 2.6.4).</summary>
    Fail,

    /// <summary>The client probably may not use the identity (section 2.6.5).</summary>
    SoftFail,

    /// <summary>The DNS gave no usable answer, or the time ran out; asking later may help (section 2.6.6).</summary>
    TempError,

    /// <summary>The domain's records cannot be interpreted, or they ask for more than the limits allow (section 2.6.7).</summary>
    PermError,
}
