using System.Runtime.InteropServices;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>Decides DMARC (RFC 9989) for an author domain and the identifiers that other methods authenticated. Thread-safe.</summary>
/// <example>
/// <code>
/// using EmailAuth.Dmarc;
/// using EmailAuth.Dns;
/// using EmailAuth.Syntax;
///
/// var evaluator = new DmarcEvaluator(new StubResolver());
/// DomainName author = DomainName.Parse("news.example.com").Value!; // of the From field
/// DomainName signer = DomainName.Parse("example.com").Value!;      // d= of a DKIM signature that passed
/// DmarcResult result = await evaluator.EvaluateAsync(author, [new AuthenticatedIdentifier { Method = IdentifierSource.Dkim, Domain = signer }]);
///
/// Console.WriteLine($"{result.Code}, the domain owner asks for {result.EffectivePolicy}");
/// </code>
/// </example>
public sealed class DmarcEvaluator
{
    private readonly IDnsResolver _resolver;
    private readonly DmarcOptions _options;
    private readonly DmarcRecordCache _records;
    private readonly DiscoveryStrategy _strategy;

    /// <summary>Makes an evaluator.</summary>
    /// <param name="resolver">Answers the queries.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    public DmarcEvaluator(IDnsResolver resolver, DmarcOptions? options = null)
        : this(resolver, options, new DmarcRecordCache())
    {
    }

    internal DmarcEvaluator(IDnsResolver resolver, DmarcOptions? options, DmarcRecordCache records)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        _resolver = resolver;
        _options = options ?? DmarcOptions.Default;
        _records = records;
        _strategy = _options.NewStrategy();
    }

    /// <summary>Decides DMARC.</summary>
    /// <param name="authorDomain">The domain of the From field.</param>
    /// <param name="identifiers">The authenticated identifiers: MAIL FROM's domain with an SPF pass, <c>d=</c> of each signature that passed.</param>
    /// <param name="cancellationToken">Ends the queries.</param>
    public ValueTask<DmarcResult> EvaluateAsync(
        DomainName authorDomain, IReadOnlyList<AuthenticatedIdentifier> identifiers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(authorDomain);
        ArgumentNullException.ThrowIfNull(identifiers);
        return EvaluateAloneAsync(authorDomain, identifiers, cancellationToken);
    }

    /// <summary>Decides DMARC for the author of a message.</summary>
    /// <param name="author">The author; without a usable domain the result is <see cref="DmarcResultCode.PermError"/>.</param>
    /// <param name="identifiers">The authenticated identifiers: MAIL FROM's domain with an SPF pass, <c>d=</c> of each signature that passed.</param>
    /// <param name="cancellationToken">Ends the queries.</param>
    internal ValueTask<DmarcResult> EvaluateAuthorAsync(
        Author author, IReadOnlyList<AuthenticatedIdentifier> identifiers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(author);
        return author.Domain is { } domain
            ? EvaluateAsync(domain, identifiers, cancellationToken)
            : new ValueTask<DmarcResult>(WithoutAuthor(author));
    }

    /// <summary>The result for a message without a usable author domain (RFC 9989 section 5.3.1).</summary>
    internal DmarcResult WithoutAuthor(Author author) => new()
    {
        Code = DmarcResultCode.PermError,
        Reason = author.Reason,
        ReasonKind = DmarcReason.NoAuthorDomain,
        Discovery = _strategy.Method,
    };

    /// <summary>Begins the lookups for an author domain, before it is known which identifiers will be authenticated.</summary>
    /// <param name="authorDomain">The domain.</param>
    /// <param name="session">Where it asks.</param>
    internal DmarcDiscovery BeginDiscovery(DomainName authorDomain, DnsSession session) =>
        BeginDiscovery(authorDomain, BeginAuthor(session, domains: 1), BeginIdentifiers(session));

    /// <summary>The same for one of several author domains, which share the time for their policies.</summary>
    /// <param name="authorDomain">The domain.</param>
    /// <param name="author">Asks for the policies, from <see cref="BeginAuthor"/>.</param>
    /// <param name="identifiers">Asks for the identifiers' walks.</param>
    internal DmarcDiscovery BeginDiscovery(DomainName authorDomain, DnsAsker author, DnsAsker identifiers) =>
        new(authorDomain, _strategy, author, identifiers, _records, _options);

    /// <summary>Begins to ask for the policies of author domains.</summary>
    internal static DnsAsker BeginAuthor(DnsSession session, int domains) =>
        session.Begin(DnsPurpose.DmarcAuthor, DmarcDiscovery.AuthorAllowance(domains));

    /// <summary>Begins to ask for the walks of identifiers.</summary>
    internal DnsAsker BeginIdentifiers(DnsSession session) =>
        session.Begin(DnsPurpose.DmarcIdentifiers, DmarcDiscovery.IdentifierAllowance(_options));

    /// <summary>Decides DMARC with lookups that have begun.</summary>
    internal static ValueTask<DmarcResult> EvaluateAsync(
        DmarcDiscovery discovery, IReadOnlyList<AuthenticatedIdentifier> identifiers, CancellationToken cancellationToken) =>
        EvaluateAsync(discovery, identifiers, [], cancellationToken);

    /// <summary>Decides DMARC with lookups that have begun.</summary>
    /// <param name="discovery">The lookups.</param>
    /// <param name="identifiers">The authenticated identifiers.</param>
    /// <param name="others">
    /// Identifiers that are not authenticated. One whose method ended in a temporary error and that aligns leaves DMARC undecided where it would
    /// fail; the others are there to be recorded, and nothing is asked for them.
    /// </param>
    /// <param name="cancellationToken">Ends the queries.</param>
    internal static async ValueTask<DmarcResult> EvaluateAsync(
        DmarcDiscovery discovery,
        IReadOnlyList<AuthenticatedIdentifier> identifiers,
        IReadOnlyList<UnauthenticatedIdentifier> others,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(identifiers);

        // RFC 9989 section 4.10.1: which record applies.
        var selection = await discovery.SelectAsync(cancellationToken).ConfigureAwait(false);
        var walk = discovery.AuthorWalk!;
        var decision = new DmarcDecision(discovery, walk, selection);
        if (selection.Failure is not null)
        {
            // An identifier of the author domain itself aligns whatever record applies: no policy can be failed.
            var canFail = !identifiers.Any(identifier => identifier.Domain == walk.Start);
            if (canFail && decision.DependsOnExistence)
            {
                decision.Existence = await discovery.ExistenceAsync(cancellationToken).ConfigureAwait(false);
            }

            return decision.WithoutSelection(canFail);
        }

        if (decision.WithoutRecord() is { } result)
        {
            return result;
        }

        // RFC 9989 section 4.10.1: which of its policies.
        if (decision.DependsOnExistence)
        {
            discovery.PrefetchExistence();
        }

        // RFC 9989 section 4.10.2: which identifiers align.
        var alignment = new IdentifierAlignment(discovery, walk, selection.OrganizationalDomain, selection.Lookup!.Record!);
        var alignments = await AlignAsync(alignment, identifiers, others, cancellationToken).ConfigureAwait(false);
        if (decision.DependsOnExistence)
        {
            decision.Existence = await discovery.ExistenceAsync(cancellationToken).ConfigureAwait(false);
        }

        return decision.WithAlignments(ImmutableCollectionsMarshal.AsImmutableArray(alignments));
    }

    private async ValueTask<DmarcResult> EvaluateAloneAsync(
        DomainName authorDomain, IReadOnlyList<AuthenticatedIdentifier> identifiers, CancellationToken cancellationToken)
    {
        var session = new DnsSession(_resolver);
        try
        {
            return await EvaluateAsync(BeginDiscovery(authorDomain, session), identifiers, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            session.Cancel();
        }
    }

    private static async ValueTask<DmarcAlignment[]> AlignAsync(
        IdentifierAlignment alignment,
        IReadOnlyList<AuthenticatedIdentifier> identifiers,
        IReadOnlyList<UnauthenticatedIdentifier> others,
        CancellationToken cancellationToken)
    {
        for (var i = 0; i < identifiers.Count; i++)
        {
            alignment.Prefetch(identifiers[i]);
        }

        var alignments = identifiers.Count + others.Count == 0 ? [] : new DmarcAlignment[identifiers.Count + others.Count];
        for (var i = 0; i < identifiers.Count; i++)
        {
            alignments[i] = await alignment.EvaluateAsync(identifiers[i], DmarcAlignment.Authenticated, cancellationToken).ConfigureAwait(false);
        }

        // The walks of those that are undecided come after, as they count against the same limit (MaxIdentifiers).
        for (var i = 0; i < others.Count; i++)
        {
            if (others[i].IsUndecided)
            {
                alignment.Prefetch(others[i].Identifier);
            }
        }

        for (var i = 0; i < others.Count; i++)
        {
            var other = others[i];
            alignments[identifiers.Count + i] = other.IsUndecided
                ? await alignment.EvaluateAsync(other.Identifier, other.Result, cancellationToken).ConfigureAwait(false)
                : alignment.Known(other);
        }

        return alignments;
    }
}
