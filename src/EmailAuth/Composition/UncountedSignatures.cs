using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Signatures;

namespace EmailAuth.Composition;

/// <summary>
/// Names in DMARC's reason a DKIM signature of the author's domain that is valid but does not count, so that the operator does not read
/// "no identifier" as "no signature". Pure.
/// </summary>
internal static class UncountedSignatures
{
    /// <summary>The result, its reason completed where there is such a signature.</summary>
    /// <param name="dmarc">What DMARC found.</param>
    /// <param name="dkim">What DKIM found.</param>
    public static DmarcResult Name(DmarcResult dmarc, DkimResults dkim)
    {
        if (dmarc.Code != DmarcResultCode.Fail)
        {
            return dmarc;
        }

        foreach (var signature in dkim.Signatures)
        {
            if (signature is { Code: SignatureResultCode.Policy, HeaderCheck: DkimCheck.Matches, BodyCheck: DkimCheck.Matches } && MayAlign(signature, dmarc))
            {
                return new DmarcResult(dmarc) { Reason = $"{dmarc.Reason}; the DKIM signature of {signature.Domain} holds but does not count: {signature.Reason}" };
            }
        }

        return dmarc;
    }

    private static bool MayAlign(DkimResult signature, DmarcResult dmarc) =>
        signature.Domain is { } domain
        && (domain == dmarc.AuthorDomain || (dmarc.OrganizationalDomain is { } organization && domain.IsEqualToOrBelow(organization)));
}
