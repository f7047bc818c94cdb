using EmailAuth.Dmarc;

namespace EmailAuth.Inspection.Domains;

/// <summary>Which policy receivers apply to mail that fails, for a domain and for names below it (RFC 9989 section 4.10.1). Immutable.</summary>
public sealed class DmarcReach
{
    private DmarcReach()
    {
    }

    /// <summary>The policy for the domain itself, one step weaker in test mode; null when no record applies or it is not known.</summary>
    public DmarcPolicy? Domain { get; private init; }

    /// <summary>The policy for a subdomain that exists and has no record of its own; null also when the organizational domain is not known.</summary>
    public DmarcPolicy? Subdomain { get; private init; }

    /// <summary>The policy for a subdomain that does not exist; null also when the organizational domain is not known.</summary>
    public DmarcPolicy? NonexistentSubdomain { get; private init; }

    /// <summary>Reads a result.</summary>
    /// <param name="result">The DMARC result of the domain.</param>
    public static DmarcReach Of(DmarcResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Record is null || result.Code == DmarcResultCode.TempError)
        {
            return new DmarcReach();
        }

        if (result.OrganizationalDomain is not { } organization)
        {
            return new DmarcReach { Domain = result.EffectivePolicy };
        }

        // A name below without a record of its own has the policy of the organizational domain, or of the public suffix domain above that. sp and np of a
        // record between them have no effect. A record whose policy is not valid counts as p=none as a whole. Without sp, p; without np, sp.
        var record = result.PolicyDomain == organization ? result.Record
            : RecordAt(result, step => step.Domain == organization) ?? RecordAt(result, static step => step.Record?.DomainRole == DmarcDomainRole.PublicSuffix);
        var isValid = record is { Validity: DmarcPolicyValidity.Valid };
        var policy = isValid ? record!.Policy ?? DmarcPolicy.None : DmarcPolicy.None;
        var subdomain = isValid ? record!.SubdomainPolicy ?? policy : policy;
        var nonexistent = isValid ? record!.NonexistentSubdomainPolicy ?? subdomain : policy;
        var isTesting = record is { IsTesting: true };
        return new DmarcReach
        {
            Domain = result.EffectivePolicy,
            Subdomain = Lowered(subdomain, isTesting),
            NonexistentSubdomain = Lowered(nonexistent, isTesting),
        };
    }

    private static DmarcRecord? RecordAt(DmarcResult result, Func<DmarcLookup, bool> isPlace) => result.Walk.FirstOrDefault(isPlace)?.Record;

    private static DmarcPolicy Lowered(DmarcPolicy policy, bool isTesting) =>
        !isTesting ? policy : policy == DmarcPolicy.Reject ? DmarcPolicy.Quarantine : DmarcPolicy.None;
}
