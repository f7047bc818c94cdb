namespace EmailAuth.Iprev;

/// <summary>What iprev says of a client's address (RFC 8601 section 2.7.3).</summary>
public enum IprevResultCode
{
    /// <summary>A name that the address points to points back to it.</summary>
    Pass,

    /// <summary>No name that the address points to points back to it.</summary>
    Fail,

    /// <summary>A query on which the result depends failed.</summary>
    TempError,

    /// <summary>The address does not point to a name.</summary>
    PermError,
}
