using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EmailAuth.Dns;

namespace EmailAuth.Dmarc;

/// <summary>Puts together a result from what discovery and alignment found. Asks nothing.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct DmarcDecision
{
    private readonly DmarcDiscovery _discovery;
    private readonly DmarcWalk _walk;
    private readonly PolicySelection _selection;

    public DmarcDecision(DmarcDiscovery discovery, DmarcWalk walk, PolicySelection selection)
    {
        _discovery = discovery;
        _walk = walk;
        _selection = selection;
    }

    /// <summary>
    /// Whether the policy differs between an author domain that exists and one that does not: the record is of a domain above, and its
    /// np is not its sp (RFC 9989 section 4.10.1).
    /// </summary>
    public readonly bool DependsOnExistence =>
        _selection.Source is DmarcPolicySource.OrganizationalDomain or DmarcPolicySource.PublicSuffixDomain
        && _selection.Lookup!.Record is { } record
        && record.PolicyFor(DmarcPolicyTag.Subdomain) != record.PolicyFor(DmarcPolicyTag.NonexistentSubdomain);

    /// <summary>The answer to a query for the author domain; null when it was not needed.</summary>
    public DnsResponse? Existence { get; set; }

    private readonly bool? AuthorDomainExists =>
        Existence is null or { Status: DnsStatus.Failure } ? null : Existence.Status != DnsStatus.NameError;

    /// <summary>The result when no record applies or it is not known which; null when one applies.</summary>
    public readonly DmarcResult? WithoutRecord()
    {
        if (_selection.Failure is { } failure)
        {
            return Result(
                DmarcResultCode.TempError,
                $"the query for the DMARC record of {failure.Domain} failed: {failure.Reason} (RFC 9989 section 4.10.1)");
        }

        if (_selection.Lookup is not { Record: { } record })
        {
            return Result(
                DmarcResultCode.None, $"no DMARC record for {_walk.Start} or above it (RFC 9989 section 4.10.1)");
        }

        return record.Validity == DmarcPolicyValidity.NotApplied
            ? Result(
                DmarcResultCode.None,
                $"the DMARC record of {_selection.Lookup.Domain} has no valid policy and nobody to report to (RFC 9989 section 4.10.1)")
            : null;
    }

    /// <summary>The result when a record applies (RFC 9989 sections 5.3.5 and 5.3.6).</summary>
    /// <param name="alignments">How the authenticated identifiers stand to the author domain.</param>
    /// <param name="undecided">How those do whose method ended in a temporary error.</param>
    public readonly DmarcResult WithAlignments(ImmutableArray<DmarcAlignment> alignments, ReadOnlySpan<DmarcAlignment> undecided)
    {
        var isPass = false;
        var isUnknown = false;
        foreach (var alignment in alignments)
        {
            isPass |= alignment.IsAligned;
            isUnknown |= alignment.Outcome == DmarcAlignmentOutcome.Unknown;
        }

        if (isPass)
        {
            return Result(DmarcResultCode.Pass, null, alignments);
        }

        if (isUnknown)
        {
            return Result(
                DmarcResultCode.TempError, "whether an identifier aligns depends on a query that failed (RFC 9989 section 4.10.2)", alignments);
        }

        // When SPF or DKIM ended in a temporary error, nobody can say that the mechanism failed; the policy is for messages that fail.
        foreach (var alignment in undecided)
        {
            if (alignment.IsAligned || alignment.Outcome == DmarcAlignmentOutcome.Unknown)
            {
                return Result(
                    DmarcResultCode.TempError,
                    $"{(alignment.Identifier.Method == IdentifierMethod.Spf ? "SPF" : "DKIM")} of {alignment.Identifier.Domain}, which would align, ended in a temporary error (RFC 9989 section 5.3.5)",
                    alignments);
            }
        }

        if (DependsOnExistence && AuthorDomainExists is null)
        {
            return Result(
                DmarcResultCode.TempError,
                $"the query whether {_walk.Start} exists failed: {Existence!.Reason} (RFC 9989 section 3.2.13)",
                alignments);
        }

        return Result(
            DmarcResultCode.Fail,
            alignments.IsEmpty
                ? "neither SPF nor DKIM authenticated an identifier (RFC 9989 section 4.4)"
                : $"no authenticated identifier aligns with {_walk.Start} (RFC 9989 section 4.4)",
            alignments);
    }

    private readonly DmarcResult Result(DmarcResultCode code, string? reason, ImmutableArray<DmarcAlignment> alignments = default)
    {
        // The record is shown only where it applies: not where its policy is unusable, nor where another may have to be taken.
        var applies = !alignments.IsDefault;
        var tag = Tag();
        return new DmarcResult
        {
            Code = code,
            Reason = reason,
            AuthorDomain = _walk.Start,
            OrganizationalDomain = _selection.OrganizationalDomain,
            DiscoveryMethod = _discovery.Strategy.Method,
            Source = applies ? _selection.Source : DmarcPolicySource.None,
            PolicyDomain = applies ? _selection.Lookup!.Domain : null,
            Record = applies ? _selection.Lookup!.Record : null,
            PolicyTag = tag,
            PublishedPolicy = applies && !(DependsOnExistence && AuthorDomainExists is null)
                ? _selection.Lookup!.Record!.PolicyFor(tag)
                : null,
            AuthorDomainExists = AuthorDomainExists,
            Alignments = applies ? alignments : [],
            Walk = ImmutableCollectionsMarshal.AsImmutableArray(_walk.Lookups),
            Lookups = ImmutableCollectionsMarshal.AsImmutableArray(_discovery.AllLookups(_walk)),
            LookupCount = _discovery.LookupCount,
        };
    }

    private readonly DmarcPolicyTag Tag() => _selection.Source switch
    {
        DmarcPolicySource.None or DmarcPolicySource.AuthorDomain => DmarcPolicyTag.Domain,
        _ when AuthorDomainExists == false => DmarcPolicyTag.NonexistentSubdomain,
        _ => DmarcPolicyTag.Subdomain,
    };
}
