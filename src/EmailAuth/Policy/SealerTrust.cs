using System.Collections.Immutable;
using EmailAuth.Arc;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Policy;

/// <summary>Decides whether trusted ARC sealers vouch for a message (RFC 8617 section 7.2.1). Pure.</summary>
internal static class SealerTrust
{
    /// <summary>
    /// The newest sealer, when the chain passes and, of the trusted sealers that follow each other up to it, the newest that says anything
    /// about DMARC saw the message of this author domain pass; else null.
    /// </summary>
    /// <remarks>
    /// What an untrusted hop claims counts for nothing, and so does everything before it: a trusted hop behind it sealed what it was told.
    /// A hop may change From between judging and sealing, as lists do: a claim about another author, or about none that it names, says
    /// nothing of this one. A newer trusted hop that saw this author fail knows more than an older one that did not.
    /// </remarks>
    /// <param name="arc">What ARC says of the message.</param>
    /// <param name="trusted">Who is trusted.</param>
    /// <param name="author">The author domain of the message; null when it cannot be told, for which nobody vouches.</param>
    public static DomainName? VouchingSealer(ArcResult? arc, ImmutableHashSet<DomainName> trusted, DomainName? author)
    {
        if (arc is not { Code: ArcResultCode.Pass } || trusted.IsEmpty || author is null)
        {
            return null;
        }

        // A chain may pass whose newest message signature leaves From, a part of the body or a second Subject open (RFC 8617 section 4.1.2):
        // anyone may have changed those after the trusted sealer had it.
        if (arc.Sets[0].MessageSignatureResult is not { Code: SignatureResultCode.Pass, LeavesShownOpen: false })
        {
            return null;
        }

        foreach (var set in arc.Sets)
        {
            if (!trusted.Contains(set.SealingDomain))
            {
                break;
            }

            var claims = set.Results?.Results.Where(static result => result.Method == "dmarc").ToList() ?? [];
            if (claims.Count > 0)
            {
                return claims.TrueForAll(claim => claim.Result == "pass" && IsAbout(claim, author)) ? arc.Sets[0].SealingDomain : null;
            }
        }

        return null;
    }

    // RFC 7489 section 11.1: header.from is the domain of From that DMARC judged.
    private static bool IsAbout(MethodResult claim, DomainName author)
    {
        var names = claim.Properties.Where(static property => property is { Type: "header", Name: "from" }).ToList();
        return names.Count == 1 && DomainName.Parse(names[0].Value).Value == author;
    }
}
