using EmailAuth.Dmarc;
using EmailAuth.Messages;

namespace EmailAuth.Policy;

/// <summary>The strictest policy of several author domains (RFC 9989 section 5.3.1). Pure.</summary>
internal static class StrictestPolicy
{
    /// <summary>The result of a message without one author domain, with the strictest policy of those it names as its override.</summary>
    /// <param name="unusable">The result without it.</param>
    /// <param name="message">What DMARC finds for each of them.</param>
    public static DmarcResult Apply(DmarcResult unusable, in PolicyInput message)
    {
        var strictest = unusable;
        foreach (var result in message.AuthorResults.IsDefault ? [] : message.AuthorResults)
        {
            if (result.Disposition > strictest.AppliedDisposition)
            {
                strictest = new DmarcResult(strictest)
                {
                    PolicyDomain = result.PolicyDomain,
                    Override = new DmarcOverride
                    {
                        Type = DmarcOverrideType.LocalPolicy,
                        Disposition = result.Disposition,
                        Comment = $"the policy of {result.AuthorDomain}, the strictest of the domains in From",
                    },
                };
            }

            // A domain that cannot be judged now may have a policy.
            if (result is { Code: DmarcResultCode.TempError, EffectivePolicy: DmarcPolicy.Quarantine or DmarcPolicy.Reject })
            {
                strictest = new DmarcResult(strictest) { PolicyDomain = strictest.PolicyDomain ?? result.PolicyDomain, FailedQuery = result.FailedQuery };
            }
        }

        // A sender could list enough domains to keep us from reaching the one with the strict policy.
        return strictest.AppliedDisposition != DmarcPolicy.Reject && (message.AreAuthorResultsCut || message.Author.Domains.Length >= Author.MaxDomains)
            ? new DmarcResult(strictest)
            {
                PolicyDomain = null,
                Override = new DmarcOverride
                {
                    Type = DmarcOverrideType.LocalPolicy,
                    Disposition = DmarcPolicy.Reject,
                    Comment = "From names more domains than can be looked up",
                },
            }
            : strictest;
    }
}
