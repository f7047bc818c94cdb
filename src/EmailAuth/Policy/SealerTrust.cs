using System.Collections.Immutable;
using EmailAuth.Arc;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Policy;

/// <summary>Which ARC sealers must be trusted for a chain to vouch for a message (RFC 8617 section 7.2.1). Pure.</summary>
public static class SealerTrust
{
    /// <summary>
    /// The sealers that vouch for a message if the receiver trusts all of them, the newest first: from the newest set back to the newest one
    /// that says that the message of this author domain passed DMARC. Empty when the chain cannot vouch for the message, even if the receiver trusts all sealers.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The chain must pass. The claims of an untrusted hop do not count, and neither do claims of hops before it: a later trusted hop only
    /// sealed what it received. So the sealers after the one that saw the pass must be trusted, too.
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
    /// <param name="arc">What ARC says of the message; null when it was not checked.</param>
    /// <param name="author">The author domain of the message; null when it is not known; then no sealer vouches for it.</param>
    public static ImmutableArray<DomainName> SealersToTrust(ArcResult? arc, DomainName? author)
    {
        if (arc is not { Code: ArcResultCode.Pass } || author is null)
        {
            return [];
        }

        for (var index = 0; index < arc.Sets.Length; index++)
        {
            var set = arc.Sets[index];
            if (!CoversWhatIsShown(set, isNewest: index == 0) || set.Results is null)
            {
                return [];
            }

            var claims = set.Results.Results.Where(static result => result.Method == "dmarc").ToList();
            if (!claims.TrueForAll(claim => IsAbout(claim, author)))
            {
                return [];
            }

            if (claims.Count > 0 && claims.TrueForAll(static claim => claim.Result == "pass"))
            {
                return [.. arc.Sets.Take(index + 1).Select(static older => older.SealingDomain).Distinct()];
            }

            if (!claims.TrueForAll(LeavesItToOlderSets))
            {
                return [];
            }
        }

        return [];
    }

    /// <summary>The newest sealer, when trusted sealers vouch for a message; else null.</summary>
    /// <param name="arc">What ARC says of the message.</param>
    /// <param name="trusted">The trusted sealers.</param>
    /// <param name="author">The author domain of the message; null when it is not known; then no sealer vouches for it.</param>
    internal static DomainName? FindTrustedSealer(ArcResult? arc, ImmutableHashSet<DomainName> trusted, DomainName? author) =>
        !trusted.IsEmpty && SealersToTrust(arc, author) is [var newest, ..] all && all.All(trusted.Contains) ? newest : null;

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
