using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>Whether identifiers align with the author domain (RFC 9989 section 4.4), asking for no walk that cannot matter.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct IdentifierAlignment
{
    private readonly DmarcDiscovery _discovery;
    private readonly DmarcWalk _author;
    private readonly DomainName? _organizational;
    private readonly DmarcRecord _record;

    public IdentifierAlignment(DmarcDiscovery discovery, DmarcWalk author, DomainName? organizational, DmarcRecord record)
    {
        _discovery = discovery;
        _author = author;
        _organizational = organizational;
        _record = record;
    }

    /// <summary>Prefetches the walk of an identifier, if it needs one.</summary>
    public void Prefetch(AuthenticatedIdentifier identifier)
    {
        if (WithoutWalk(identifier) is null)
        {
            _discovery.Prefetch(identifier.Domain, isNeeded: true);
        }
    }

    /// <summary>How an identifier relates to the author domain.</summary>
    /// <param name="identifier">The identifier.</param>
    /// <param name="result">What its method found.</param>
    /// <param name="cancellationToken">Ends the queries.</param>
    public ValueTask<DmarcAlignment> EvaluateAsync(AuthenticatedIdentifier identifier, string result, CancellationToken cancellationToken) =>
        WithoutWalk(identifier) is { } outcome
            ? new ValueTask<DmarcAlignment>(Alignment(identifier, result, outcome, null))
            : CompareAsync(identifier, result, cancellationToken);

    /// <summary>How an identifier that is not authenticated relates to the author domain, as far as that is known without asking.</summary>
    public DmarcAlignment Known(UnauthenticatedIdentifier identifier) =>
        WithoutWalk(identifier.Identifier) is { } outcome ? Alignment(identifier.Identifier, identifier.Result, outcome, null) : WithoutNeed(identifier.Identifier, identifier.Result);

    // Of an identifier that does not pass, only what needs no query is compared. The walk of the author's organizational domain begins on the author's
    // own walk and finds the same records there (RFC 9989 section 4.10.2), so it leads to the same domain.
    private DmarcAlignment WithoutNeed(AuthenticatedIdentifier identifier, string result) => identifier.Domain == _organizational
        ? Alignment(identifier, result, DmarcAlignmentOutcome.SameOrganizationalDomain, _organizational)
        : Alignment(identifier, result, DmarcAlignmentOutcome.NotNeeded, null);

    private async ValueTask<DmarcAlignment> CompareAsync(AuthenticatedIdentifier identifier, string result, CancellationToken cancellationToken)
    {
        var walk = await WalkAsync(identifier.Domain, cancellationToken).ConfigureAwait(false);
        return walk is null ? Alignment(identifier, result, DmarcAlignmentOutcome.NotChecked, null) : Compare(identifier, result, walk);
    }

    private DmarcAlignmentMode ModeOf(AuthenticatedIdentifier identifier) =>
        identifier.Method == IdentifierSource.Spf ? _record.SpfAlignment : _record.DkimAlignment;

    // RFC 9989 section 4.10.2 names the cases in which no walk is needed. One more follows: an organizational domain is its domain or
    // is above it, so an identifier outside the author's organizational domain cannot have the same one.
    private DmarcAlignmentOutcome? WithoutWalk(AuthenticatedIdentifier identifier)
    {
        if (identifier.Domain == _author.Start)
        {
            return DmarcAlignmentOutcome.SameDomain;
        }

        if (ModeOf(identifier) == DmarcAlignmentMode.Strict)
        {
            return DmarcAlignmentOutcome.DifferentDomain;
        }

        // When the organizational domain is not known, it is the top-level domain at the most.
        return identifier.Domain.IsEqualToOrBelow(_organizational ?? _author.Start.TakeLast(1))
            ? null
            : DmarcAlignmentOutcome.DifferentOrganizationalDomain;
    }

    private ValueTask<DmarcWalk?> WalkAsync(DomainName domain, CancellationToken cancellationToken) =>
        _discovery.Strategy.FollowsRecords
            ? _discovery.WalkAsync(domain, cancellationToken)
            : new ValueTask<DmarcWalk?>(new DmarcWalk(domain, []));

    // Under every assumption on failed queries, of either walk, the answer must be the same.
    private DmarcAlignment Compare(AuthenticatedIdentifier identifier, string result, DmarcWalk walk)
    {
        var failed = walk.FailedDomains(_author.FailedDomains());
        var count = failed is null ? 1 : MissingAnswerAssumption.Count(failed);
        var (aligned, apart) = (0, 0);
        DomainName? organizational = null;
        for (var number = 0; number < count; number++)
        {
            var assumption = failed is null ? default : MissingAnswerAssumption.Of(failed, number);
            organizational = _discovery.Strategy.Select(walk, assumption).Domain;
            if (organizational == _discovery.Strategy.Select(_author, assumption).Domain)
            {
                aligned++;
            }
            else
            {
                apart++;
            }
        }

        return (aligned, apart) switch
        {
            ( > 0, 0) => Alignment(identifier, result, DmarcAlignmentOutcome.SameOrganizationalDomain, _organizational),
            (0, > 0) => Alignment(identifier, result, DmarcAlignmentOutcome.DifferentOrganizationalDomain, failed is null ? organizational : null),
            _ => Alignment(identifier, result, DmarcAlignmentOutcome.Unknown, null),
        };
    }

    private DmarcAlignment Alignment(
        AuthenticatedIdentifier identifier, string result, DmarcAlignmentOutcome outcome, DomainName? organizational) => new(identifier)
        {
            Result = result,
            Mode = ModeOf(identifier),
            Outcome = outcome,
            OrganizationalDomain = organizational,
        };
}
