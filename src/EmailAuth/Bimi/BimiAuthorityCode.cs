namespace EmailAuth.Bimi;

/// <summary>The result of the authority evidence: <c>policy.authority</c> (BIMI draft section 7.7).</summary>
public enum BimiAuthorityCode
{
    /// <summary>The record names no evidence, or it was not checked.</summary>
    None,

    /// <summary>The mark certificate is valid for the domain.</summary>
    Pass,

    /// <summary>The evidence was checked and is not valid.</summary>
    Fail,
}
