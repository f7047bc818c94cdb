namespace EmailAuth;

/// <summary>
/// What goes into a second Authentication-Results field, <see cref="AuthenticationOutcome.ExtendedHeader"/>. The first field holds only what
/// the readers in use know: some of them, SpamAssassin among them, drop a whole field at a method or a property that they do not know, or
/// mistake one result of SPF for the other.
/// </summary>
public enum ExtendedResults
{
    /// <summary>Nothing: there is no second field.</summary>
    None,

    /// <summary>The result of BIMI where it says something of the message: all but <c>none</c> and <c>skipped</c>. The default.</summary>
    Bimi,

    /// <summary>
    /// The result of BIMI whatever it is; that of SPF for HELO, where the first field has that for MAIL FROM; and DMARC's again with the policy
    /// as published (<c>policy.published-domain-policy</c>), the disposition that follows from it (<c>policy.evaluated-disposition</c>) and
    /// the one after local policy (<c>policy.applied-disposition</c>).
    /// </summary>
    All,
}
