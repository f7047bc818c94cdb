namespace EmailAuth.Dmarc;

/// <summary>Whether the policy tags of a record can be followed (RFC 9989 section 4.10.1).</summary>
public enum DmarcPolicyValidity
{
    /// <summary><c>p</c> is there and valid; <c>sp</c> and <c>np</c> are valid or absent.</summary>
    Valid,

    /// <summary>A policy tag is missing or invalid, and <c>rua</c> holds a valid URI: the record counts as <c>p=none</c>.</summary>
    TreatedAsNone,

    /// <summary>A policy tag is missing or invalid, and there is no address for reports: DMARC is not applied to the message.</summary>
    NotApplied,
}
