namespace EmailAuth.Reports.Tls;

/// <summary>The kind of policy that a sender applied (RFC 8460 section 4.4, <c>policy-type</c>).</summary>
public enum TlsPolicyType
{
    /// <summary>The report has no known word; <see cref="TlsPolicyResult.TypeText"/> has what it says.</summary>
    Unknown,

    /// <summary><c>tlsa</c>: DANE (RFC 7672).</summary>
    Tlsa,

    /// <summary><c>sts</c>: MTA-STS (RFC 8461).</summary>
    Sts,

    /// <summary><c>no-policy-found</c>: neither.</summary>
    NoPolicyFound,
}
