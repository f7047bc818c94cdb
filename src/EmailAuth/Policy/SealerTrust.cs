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
    /// The newest sealer, when the chain passes and one of the trusted sealers that follow each other up to it saw the message of this
    /// author domain pass DMARC, and no newer one of them judged another author; else null.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The claims of an untrusted hop do not count, and neither do claims of hops before it: a later trusted hop only sealed what it received.
    /// </para>
    /// <para>
    /// A list that changes a message breaks its signatures: the trusted forwarder after the list sees DMARC fail for the same author. That
    /// is what ARC is for (RFC 8617 section 1), so the older pass counts. The chain protects the message between the two: a hop that seals
    /// cv=pass verified the message signature of the hop before it (section 5.2, step 4), as long as that signature covers what readers see.
    /// </para>
    /// <para>
    /// A hop may change From between judging and sealing, as lists do. A claim about another author, or one without an author, therefore
    /// ends the search: what an older hop says is about a message that had another From in between.
    /// </para>
    /// </remarks>
    /// <param name="arc">What ARC says of the message.</param>
    /// <param name="trusted">The trusted sealers.</param>
    /// <param name="author">The author domain of the message; null when it is not known; then no sealer vouches for it.</param>
    public static DomainName? FindTrustedSealer(ArcResult? arc, ImmutableHashSet<DomainName> trusted, DomainName? author)
    {
        if (arc is not { Code: ArcResultCode.Pass } || trusted.IsEmpty || author is null)
        {
            return null;
        }

        for (var index = 0; index < arc.Sets.Length; index++)
        {
            var set = arc.Sets[index];
            if (!trusted.Contains(set.SealingDomain) || !CoversWhatIsShown(set, isNewest: index == 0) || set.Results is null)
            {
                return null;
            }

            var claims = set.Results.Results.Where(static result => result.Method == "dmarc").ToList();
            if (!claims.TrueForAll(claim => IsAbout(claim, author)))
            {
                return null;
            }

            if (claims.Count > 0 && claims.TrueForAll(static claim => claim.Result == "pass"))
            {
                return arc.Sets[0].SealingDomain;
            }

            if (!claims.TrueForAll(LeavesItToOlderSets))
            {
                return null;
            }
        }

        return null;
    }

    // A chain may pass although a message signature leaves From, a part of the body or a second Subject uncovered (RFC 8617
    // section 4.1.2): a later hop may have changed those. An older signature may no longer hold, because the next hop may have changed the
    // message; but then l= does not say whether the sealed body was longer.
    private static bool CoversWhatIsShown(ArcSet set, bool isNewest)
    {
        var signature = set.MessageSignatureResult;
        return !signature.LeavesShownOpen
            && (signature.Code == SignatureResultCode.Pass || (!isNewest && set.MessageSignature is { BodyLengthText: null }));
    }

    // The results that mean "the same author, and DMARC did not pass here". Any other, such as permerror, or pass and fail together, is unclear.
    private static bool LeavesItToOlderSets(MethodResult claim) => claim.Result is "fail" or "none" or "temperror";

    // RFC 7489 section 11.1: header.from is the domain of From that DMARC judged.
    private static bool IsAbout(MethodResult claim, DomainName author)
    {
        var names = claim.Properties.Where(static property => property is { Type: "header", Name: "from" }).ToList();
        return names.Count == 1 && DomainName.Parse(names[0].Value).Value == author;
    }
}
