namespace EmailAuth.Dns;

/// <summary>What kind of answer the DNS gave (RFC 2308 section 2).</summary>
public enum DnsStatus
{
    /// <summary>There are records of the type asked for.</summary>
    Records,

    /// <summary>The name exists and has no record of the type asked for (RFC 2308 section 2.2).</summary>
    NoData,

    /// <summary>Neither the name nor anything below it exists (RFC 2308 section 2.1, RFC 8020).</summary>
    NameError,

    /// <summary>No usable answer: a time-out, a server failure, a refusal or a malformed response. Asking later may help.</summary>
    Failure,
}
