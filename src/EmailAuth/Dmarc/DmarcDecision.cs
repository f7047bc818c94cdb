using System.Collections.Immutable;
using System.Diagnostics;
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
        _selection.Failure is null ? DependsOnExistenceIn(_selection) : _selection.Possible.Any(DependsOnExistenceIn);

    /// <summary>The answer to a query for the author domain; null when it was not needed.</summary>
    public DnsResponse? Existence { get; set; }

    private readonly bool? AuthorDomainExists =>
        Existence is null or { Status: DnsStatus.Failure } ? null : Existence.Status != DnsStatus.NameError;

    /// <summary>The result when it depends on a failed query which record applies.</summary>
    /// <param name="canFail">Whether there is no identifier that aligns whatever record applies.</param>
    public readonly DmarcResult WithoutSelection(bool canFail)
    {
        var failure = _selection.Failure!;
        var reason = $"the query for the DMARC record of {failure.Domain} failed: {failure.Reason} (RFC 9989 section 4.10.1)";
        if (!canFail || Strictest() is not { } strictest)
        {
            return Result(DmarcResultCode.TempError, new DmarcWhy(DmarcReason.RecordQueryFailed, reason), DmarcFailedQuery.PolicyRecord, null);
        }

        var asked = Lowered(strictest, Policy(strictest).Policy) switch
        {
            DmarcPolicy.Reject => "rejection",
            DmarcPolicy.Quarantine => "quarantine",
            DmarcPolicy.None => "nothing",
            _ => throw new UnreachableException(),
        };
        return Result(
            DmarcResultCode.TempError,
            new DmarcWhy(DmarcReason.RecordQueryFailed, $"{reason}; the record of {strictest.Lookup!.Domain}, which may apply, asks for {asked}"),
            DmarcFailedQuery.PolicyRecord,
            strictest);
    }

    /// <summary>The result when no record applies; null when one does.</summary>
    public readonly DmarcResult? WithoutRecord()
    {
        if (_selection.Lookup is not { Record: { } record })
        {
            return Result(
                DmarcResultCode.None, DmarcReason.NoRecord, $"no DMARC record for {_walk.Start} or above it (RFC 9989 section 4.10.1)");
        }

        return record.Validity == DmarcPolicyValidity.NotApplied
            ? Result(
                DmarcResultCode.None,
                DmarcReason.InvalidPolicy,
                $"the DMARC record of {_selection.Lookup.Domain} has no valid policy and nobody to report to (RFC 9989 section 4.10.1)")
            : null;
    }

    /// <summary>The result when a record applies (RFC 9989 sections 5.3.5 and 5.3.6).</summary>
    /// <param name="alignments">How the identifiers stand to the author domain, those that are not authenticated included.</param>
    public readonly DmarcResult WithAlignments(ImmutableArray<DmarcAlignment> alignments)
    {
        var isPass = false;
        var isUnknown = false;
        var isAuthenticated = false;
        foreach (var alignment in alignments)
        {
            isPass |= alignment.Counts;
            isUnknown |= alignment is { IsAuthenticated: true, Outcome: DmarcAlignmentOutcome.Unknown };
            isAuthenticated |= alignment.IsAuthenticated;
        }

        if (isPass)
        {
            return Result(DmarcResultCode.Pass, null, DmarcFailedQuery.None, _selection, alignments);
        }

        if (isUnknown)
        {
            return Result(
                DmarcResultCode.TempError,
                new DmarcWhy(DmarcReason.AlignmentQueryFailed, "whether an identifier aligns depends on a query that failed (RFC 9989 section 4.10.2)"),
                DmarcFailedQuery.OrganizationalDomain,
                _selection,
                alignments);
        }

        // When SPF or DKIM ended in a temporary error, nobody can say that the mechanism failed; the policy is for messages that fail.
        foreach (var alignment in alignments)
        {
            if (alignment.Result == UnauthenticatedIdentifier.Undecided && (alignment.IsAligned || alignment.Outcome == DmarcAlignmentOutcome.Unknown))
            {
                var isSpf = alignment.Identifier.Method == IdentifierSource.Spf;
                return Result(
                    DmarcResultCode.TempError,
                    new DmarcWhy(
                        isSpf ? DmarcReason.SpfTemporaryError : DmarcReason.DkimTemporaryError,
                        $"{(isSpf ? "SPF" : "DKIM")} of {alignment.Identifier.Domain}, which would align, ended in a temporary error (RFC 9989 section 5.3.5)"),
                    isSpf ? DmarcFailedQuery.Spf : DmarcFailedQuery.Dkim,
                    _selection,
                    alignments);
            }
        }

        if (DependsOnExistence && AuthorDomainExists is null)
        {
            return Result(
                DmarcResultCode.TempError,
                new DmarcWhy(DmarcReason.ExistenceQueryFailed, $"the query whether {_walk.Start} exists failed: {Existence!.Reason} (RFC 9989 section 3.2.13)"),
                DmarcFailedQuery.AuthorDomain,
                _selection,
                alignments);
        }

        return Result(
            DmarcResultCode.Fail,
            !isAuthenticated
                ? new DmarcWhy(DmarcReason.NotAuthenticated, "neither SPF nor DKIM authenticated an identifier (RFC 9989 section 4.4)")
                : new DmarcWhy(DmarcReason.NotAligned, $"no authenticated identifier aligns with {_walk.Start} (RFC 9989 section 4.4)"),
            DmarcFailedQuery.None,
            _selection,
            alignments);
    }

    private static bool DependsOnExistenceIn(PolicySelection selection) =>
        selection.Source is DmarcPolicySource.OrganizationalDomain or DmarcPolicySource.PublicSuffixDomain
        && selection.Lookup!.Record is { } record
        && record.PolicyFor(DmarcPolicyTag.Subdomain) != record.PolicyFor(DmarcPolicyTag.NonexistentSubdomain);

    private static DmarcPolicy Lowered(PolicySelection selection, DmarcPolicy policy) =>
        DmarcResult.Lowered(policy, selection.Lookup!.Record!.IsTesting);

    // Of the records that may apply the one that asks for most.
    private readonly PolicySelection? Strictest()
    {
        PolicySelection? strictest = null;
        foreach (var selection in _selection.Possible)
        {
            if (strictest is null || Lowered(selection, Policy(selection).Policy) > Lowered(strictest, Policy(strictest).Policy))
            {
                strictest = selection;
            }
        }

        return strictest;
    }

    // RFC 9989 section 4.10.1. While it is not known whether the author domain exists: the stricter of the two.
    private readonly (DmarcPolicyTag Tag, DmarcPolicy Policy) Policy(PolicySelection selection)
    {
        var record = selection.Lookup!.Record!;
        var tag = Tag(selection);
        if (AuthorDomainExists is null
            && DependsOnExistenceIn(selection)
            && record.PolicyFor(DmarcPolicyTag.NonexistentSubdomain) > record.PolicyFor(tag))
        {
            tag = DmarcPolicyTag.NonexistentSubdomain;
        }

        return (tag, record.PolicyFor(tag));
    }

    private readonly DmarcResult Result(DmarcResultCode code, DmarcReason reason, string text) =>
        Result(code, new DmarcWhy(reason, text), DmarcFailedQuery.None, null);

    /// <summary>Puts a result together.</summary>
    /// <param name="code">The result.</param>
    /// <param name="why">Why; null for a pass.</param>
    /// <param name="failed">What the failed query was for that left it undecided.</param>
    /// <param name="shown">The record that applies, or may; null where none does: also where its policy is unusable.</param>
    /// <param name="alignments">How the identifiers stand to the author domain.</param>
    private readonly DmarcResult Result(
        DmarcResultCode code, DmarcWhy? why, DmarcFailedQuery failed, PolicySelection? shown, ImmutableArray<DmarcAlignment> alignments = default)
    {
        var isTagKnown = shown is null || AuthorDomainExists is not null || !DependsOnExistenceIn(shown);
        var isKnown = isTagKnown && ReferenceEquals(shown, _selection);
        var (tag, policy) = shown is null ? (Tag(_selection), DmarcPolicy.None) : Policy(shown);
        return new DmarcResult
        {
            Code = code,
            Reason = why?.Text,
            ReasonKind = why?.Reason ?? DmarcReason.Other,
            AuthorDomain = _walk.Start,
            OrganizationalDomain = _selection.OrganizationalDomain,
            DiscoveryMethod = _discovery.Strategy.Method,
            Source = shown?.Source ?? DmarcPolicySource.None,
            PolicyDomain = shown?.Lookup!.Domain,
            Record = shown?.Lookup!.Record,
            Tag = tag,
            PublishedPolicy = shown is not null && (isKnown || code == DmarcResultCode.TempError) ? policy : null,
            IsPolicyAssumed = shown is not null && !isKnown && code == DmarcResultCode.TempError,
            FailedQuery = failed,
            AuthorDomainExists = AuthorDomainExists,
            Alignments = alignments.IsDefault ? [] : alignments,
            Walk = ImmutableCollectionsMarshal.AsImmutableArray(_walk.Lookups),
            Lookups = ImmutableCollectionsMarshal.AsImmutableArray(_discovery.AllLookups(_walk)),
            LookupCount = _discovery.LookupCount,
        };
    }

    private readonly DmarcPolicyTag Tag(PolicySelection selection) => selection.Source switch
    {
        DmarcPolicySource.None or DmarcPolicySource.AuthorDomain => DmarcPolicyTag.Domain,
        DmarcPolicySource.OrganizationalDomain or DmarcPolicySource.PublicSuffixDomain =>
            AuthorDomainExists == false ? DmarcPolicyTag.NonexistentSubdomain : DmarcPolicyTag.Subdomain,
        _ => throw new UnreachableException(),
    };
}
