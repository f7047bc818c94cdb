using System.Collections.Immutable;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>What BIMI needs to know of a message and of what DMARC found, as plain data (BIMI draft section 7.1).</summary>
internal sealed record BimiRequest
{
    /// <summary>The domain of the one address of the one From field; null when there is not exactly one of both.</summary>
    public required DomainName? AuthorDomain { get; init; }

    /// <summary>What is wrong with From when <see cref="AuthorDomain"/> is null, for the reason; may be null.</summary>
    public string? AuthorDefect { get; init; }

    /// <summary>The local-part of the author's address without quotes, or null when it is not known: then <c>lps</c> is not followed.</summary>
    public string? AuthorLocalPart { get; init; }

    /// <summary>The organizational domain that DMARC found, or null when it is the author domain itself.</summary>
    public DomainName? OrganizationalDomain { get; init; }

    /// <summary>The DMARC result for the author domain, as RFC 8601 spells it: <c>pass</c>, <c>fail</c>, <c>none</c>, …</summary>
    public required string DmarcResult { get; init; }

    /// <summary>Whether an ARC chain whose sealer the operator trusts says that DMARC passed; used only by <see cref="BimiOptions.AcceptTrustedArc"/>.</summary>
    public bool TrustedArcPassed { get; init; }

    /// <summary>
    /// Whether the DMARC pass depends only on DKIM signatures whose key records say <c>t=y</c>: the domain is testing DKIM and does not answer
    /// for its signatures (RFC 6376 section 3.6.1), so BIMI is skipped.
    /// </summary>
    public bool RestsOnTestingKey { get; init; }

    /// <summary>The policy that applied to the author domain (from <c>p</c>, <c>sp</c> or <c>np</c>, as DMARC chose), or null when none did.</summary>
    public BimiPolicy? AppliedPolicy { get; init; }

    /// <summary>The author domain's own DMARC record, or null when it has none.</summary>
    public BimiDmarcRecord? AuthorRecord { get; init; }

    /// <summary>The organizational domain's DMARC record; null when it has none, or when it is the author domain.</summary>
    public BimiDmarcRecord? OrganizationalRecord { get; init; }

    /// <summary>The values of all BIMI-Selector fields (the text after the colon, folding included), in the order of the message.</summary>
    public ImmutableArray<string> SelectorFields { get; init; } = [];

    /// <summary>Whether a valid DKIM signature that is aligned with the author domain covers BIMI-Selector.</summary>
    public bool IsSelectorSigned { get; init; }
}
