using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>
/// The lookups of one message: begun when the author domain is known, shared by all walks, each domain asked once. For one caller at a
/// time.
/// </summary>
internal sealed class DmarcDiscovery
{
    // A walk has eight queries at most.
    private const int FewQueries = 8;

    private readonly IDnsResolver _resolver;
    private readonly DmarcRecordCache _records;
    private readonly DmarcOptions _options;
    private readonly CancellationToken _cancellationToken;
    private readonly List<DmarcQuery> _queries = new(4);

    // Made when there are more than a glance finds: MaxLookups may be raised, and each identifier has a walk of its own.
    private Dictionary<DomainName, DmarcQuery>? _byDomain;
    private ValueTask<DnsResponse<string>>? _existence;
    private DnsResponse<string>? _existenceAnswer;
    private PolicySelection? _selection;

    public DmarcDiscovery(
        DomainName authorDomain,
        DiscoveryStrategy strategy,
        IDnsResolver resolver,
        DmarcRecordCache records,
        DmarcOptions options,
        CancellationToken cancellationToken)
    {
        AuthorDomain = authorDomain;
        Strategy = strategy;
        _resolver = resolver;
        _records = records;
        _options = options;
        _cancellationToken = cancellationToken;
        if (options.AskAtOnce)
        {
            BeginWalk(authorDomain);

            // A name of two labels has only a top-level domain above it, whose record seldom asks for the author's existence.
            if (authorDomain.LabelCount > 2)
            {
                BeginExistence();
            }
        }
    }

    public DomainName AuthorDomain { get; }

    public DiscoveryStrategy Strategy { get; }

    /// <summary>The walk from the author domain; null before <see cref="SelectAsync"/>.</summary>
    public DmarcWalk? AuthorWalk { get; private set; }

    /// <summary>How many queries have been asked.</summary>
    public int LookupCount { get; private set; }

    /// <summary>The walk from the author domain, which always fits the limit of lookups, and what follows from it; made once.</summary>
    public async ValueTask<PolicySelection> SelectAsync(CancellationToken cancellationToken)
    {
        if (_selection is null)
        {
            AuthorWalk = (await WalkAsync(AuthorDomain, cancellationToken).ConfigureAwait(false))!;
            _selection = PolicySelection.From(AuthorWalk, Strategy);
        }

        return _selection;
    }

    /// <summary>
    /// Begins the walk of an identifier that may be authenticated later, when it is likely to be needed: the domain differs from the
    /// author's, yet shares two labels with it.
    /// </summary>
    public void Prefetch(DomainName identifier)
    {
        if (identifier != AuthorDomain
            && identifier.IsEqualToOrBelow(AuthorDomain.TakeLast(2)))
        {
            Begin(identifier);
        }
    }

    /// <summary>Begins a walk, when queries are asked at once and the limit of lookups allows it.</summary>
    public void Begin(DomainName start)
    {
        if (_options.AskAtOnce && Strategy.FollowsRecords && FitsLimit(start))
        {
            BeginWalk(start);
        }
    }

    /// <summary>The walk from a domain, or null when it would exceed the limit of lookups.</summary>
    public async ValueTask<DmarcWalk?> WalkAsync(DomainName start, CancellationToken cancellationToken)
    {
        if (!FitsLimit(start))
        {
            return null;
        }

        if (_options.AskAtOnce)
        {
            BeginWalk(start);
        }

        var lookups = new DmarcLookup[CountSteps(start)];
        var count = 0;
        for (var domain = start; domain is not null; domain = Strategy.Next(start, domain))
        {
            var query = Query(domain);
            var lookup = query.Lookup ?? await query.CompleteAsync(_records, cancellationToken).ConfigureAwait(false);
            lookups[count++] = lookup;
            if (lookup.Record is { } record && Strategy.EndsWalk(record))
            {
                break;
            }
        }

        return new DmarcWalk(start, count == lookups.Length ? lookups : lookups[..count]);
    }

    /// <summary>Asks whether the author domain exists, if it is not asked yet.</summary>
    public void BeginExistence()
    {
        if (_existence is null)
        {
            // TXT, as SPF asks the same of most messages' author domains: one query serves both.
            _existence = _resolver.QueryTextAsync(AuthorDomain, _cancellationToken).Preserve();
            LookupCount++;
        }
    }

    /// <summary>Whether the author domain exists (RFC 9989 section 3.2.13: a query for it does not give NXDOMAIN).</summary>
    public async ValueTask<DnsResponse<string>> ExistenceAsync(CancellationToken cancellationToken)
    {
        if (_existenceAnswer is null)
        {
            BeginExistence();
            _existenceAnswer = await _existence!.Value.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return _existenceAnswer;
    }

    /// <summary>The lookups whose answers are there, each domain once; a walk's own when it made them all.</summary>
    public DmarcLookup[] AllLookups(DmarcWalk walk)
    {
        if (_queries.Count == walk.Lookups.Length)
        {
            return walk.Lookups;
        }

        var lookups = new DmarcLookup[_queries.Count];
        var count = 0;
        foreach (var query in _queries)
        {
            if (query.Lookup is { } lookup)
            {
                lookups[count++] = lookup;
            }
        }

        return count == lookups.Length ? lookups : lookups[..count];
    }

    private void BeginWalk(DomainName start)
    {
        for (var domain = start; domain is not null; domain = Strategy.Next(start, domain))
        {
            Query(domain);
        }
    }

    private DmarcQuery Query(DomainName domain)
    {
        if (Find(domain) is { } known)
        {
            return known;
        }

        var query = new DmarcQuery(domain, _resolver, _records, _cancellationToken);
        LookupCount += query.IsAsked ? 1 : 0;
        _queries.Add(query);
        _byDomain?.Add(domain, query);
        return query;
    }

    private DmarcQuery? Find(DomainName domain)
    {
        if (_queries.Count > FewQueries)
        {
            _byDomain ??= _queries.ToDictionary(static query => query.Domain);
            return _byDomain.GetValueOrDefault(domain);
        }

        foreach (var query in _queries)
        {
            if (query.Domain == domain)
            {
                return query;
            }
        }

        return null;
    }

    private int CountSteps(DomainName start)
    {
        var count = 0;
        for (var domain = start; domain is not null; domain = Strategy.Next(start, domain))
        {
            count++;
        }

        return count;
    }

    private bool FitsLimit(DomainName start)
    {
        var lookups = LookupCount + (_existence is null ? 1 : 0);
        for (var domain = start; domain is not null; domain = Strategy.Next(start, domain))
        {
            lookups += Find(domain) is null ? 1 : 0;
        }

        return lookups <= _options.MaxLookups;
    }
}
