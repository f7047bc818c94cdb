using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Aggregate;

/// <summary>The signatures of a message as a row has them (RFC 9990 section 3.1.1): at most 100, those that matter most first.</summary>
internal static class RowSignatures
{
    /// <summary>RFC 9990 section 3.1.1: a row should not have more.</summary>
    public const int Max = 100;

    /// <summary>
    /// The signatures that have a domain and a selector, which the schema demands: passes of the author domain, other passes that are aligned, other
    /// passes, the rest. In each part they are in the order of their names, so that equal sets make equal rows.
    /// </summary>
    public static ImmutableArray<ReportedDkim> Of(DkimResults? dkim, DmarcResult dmarc)
    {
        if (dkim is null || dkim.Signatures.IsEmpty)
        {
            return [];
        }

        var ranked = new List<Ranked>(dkim.Signatures.Length);
        foreach (var signature in dkim.Signatures)
        {
            if (signature is { Domain: { } domain, Selector: { Length: > 0 } selector })
            {
                ranked.Add(new Ranked(RankOf(signature.Code, domain, dmarc), domain.ToString(), selector, signature.Code.Keyword()));
            }
        }

        ranked.Sort(Compare);
        var count = Math.Min(ranked.Count, Max);
        var reported = new ReportedDkim[count];
        for (var index = 0; index < count; index++)
        {
            reported[index] = new ReportedDkim { Domain = ranked[index].Domain, Selector = ranked[index].Selector, Result = ranked[index].Result };
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(reported);
    }

    private static int RankOf(SignatureResultCode code, DomainName domain, DmarcResult dmarc) =>
        code != SignatureResultCode.Pass ? 3
        : domain == dmarc.AuthorDomain ? 0
        : IsAligned(domain, dmarc) ? 1
        : 2;

    private static bool IsAligned(DomainName domain, DmarcResult dmarc)
    {
        foreach (var alignment in dmarc.Alignments)
        {
            if (alignment.Counts && alignment.Identifier.Method == IdentifierSource.Dkim && alignment.Identifier.Domain == domain)
            {
                return true;
            }
        }

        return false;
    }

    private static int Compare(Ranked one, Ranked other) =>
        one.Rank != other.Rank ? one.Rank.CompareTo(other.Rank)
        : string.CompareOrdinal(one.Domain, other.Domain) is var byDomain and not 0 ? byDomain
        : string.CompareOrdinal(one.Selector, other.Selector) is var bySelector and not 0 ? bySelector
        : string.CompareOrdinal(one.Result, other.Result);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Ranked(int Rank, string Domain, string Selector, string Result);
}
