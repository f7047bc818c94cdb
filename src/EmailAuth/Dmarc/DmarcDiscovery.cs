using System.Diagnostics;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>
/// The lookups for one author domain. They begin when the domain is known; all walks share them, and each domain is read once. Not thread-safe.
/// </summary>
internal sealed class DmarcDiscovery
{
    // RFC 9989 section 4.10: a walk has eight queries at most. One more asks whether the author domain exists.
    private const int MaxSteps = 8;
    private const int MaxAuthorLookups = MaxSteps + 1;

    private const int FewLookups = MaxSteps;

    private readonly DnsAsker _author;
    private readonly DnsAsker _identifiers;
    private readonly DmarcRecordCache _records;
    private readonly DmarcOptions _options;
    private readonly List<DmarcLookup> _lookups = new(4);

    // Made when the list is too long to search: each identifier adds a walk of its own.
    private Dictionary<DomainName, DmarcLookup>? _byDomain;

    // The identifiers that have a walk; nearly always there is one.
    private DomainName? _firstWalked;
    private HashSet<DomainName>? _alsoWalked;
    private DnsResponse? _existence;
    private bool _asksExistence;
    private PolicySelection? _selection;

    public DmarcDiscovery(
        DomainName authorDomain, DiscoveryStrategy strategy, DnsAsker author, DnsAsker identifiers, DmarcRecordCache records, DmarcOptions options)
    {
        AuthorDomain = authorDomain;
        Strategy = strategy;
        _author = author;
        _identifiers = identifiers;
        _records = records;
        _options = options;
        if (options.Prefetch)
        {
            Prefetch(authorDomain, _author, isNeeded: true);

            // A name of two labels has only a top-level domain above it, whose record seldom asks for the author's existence.
            if (authorDomain.LabelCount > 2)
            {
                PrefetchExistence();
            }
        }
    }

    public DomainName AuthorDomain { get; }

    public DiscoveryStrategy Strategy { get; }

    /// <summary>The walk from the author domain; null before <see cref="SelectAsync"/>.</summary>
    public DmarcWalk? AuthorWalk { get; private set; }

    /// <summary>How many queries were needed.</summary>
    public int LookupCount { get; private set; }

    private DnsQuestion ExistenceQuestion => new(AuthorDomain, DnsRecordType.Txt);

    /// <summary>How many questions the policies of author domains may need.</summary>
    /// <param name="domains">How many author domains there may be.</param>
    public static int AuthorAllowance(int domains) => MaxAuthorLookups * domains;

    /// <summary>How many questions the walks of identifiers may need.</summary>
    public static int IdentifierAllowance(DmarcOptions options) => MaxSteps * options.MaxIdentifiers;

    /// <summary>The walk from the author domain, and what follows from it; made once.</summary>
    public async ValueTask<PolicySelection> SelectAsync(CancellationToken cancellationToken)
    {
        if (_selection is null)
        {
            AuthorWalk = await WalkAsync(AuthorDomain, _author, cancellationToken).ConfigureAwait(false);
            _selection = PolicySelection.From(AuthorWalk, Strategy);
        }

        return _selection;
    }

    /// <summary>
    /// Asks for the walk of an identifier that may be authenticated later, when it is likely to be needed: the domain differs from the
    /// author's, yet shares two labels with it.
    /// </summary>
    public void Prefetch(DomainName identifier)
    {
        if (identifier != AuthorDomain && identifier.IsEqualToOrBelow(AuthorDomain.TakeLast(2)))
        {
            Prefetch(identifier, isNeeded: false);
        }
    }

    /// <summary>Asks for the walk of an identifier, when queries are asked at once.</summary>
    /// <param name="identifier">The identifier's domain.</param>
    /// <param name="isNeeded">Whether the walk is sure to be needed.</param>
    public void Prefetch(DomainName identifier, bool isNeeded)
    {
        if (_options.Prefetch && Strategy.FollowsRecords && (!isNeeded || TryTakeWalk(identifier)))
        {
            Prefetch(identifier, _identifiers, isNeeded);
        }
    }

    /// <summary>The walk from an identifier's domain; null past the limit of identifiers.</summary>
    public ValueTask<DmarcWalk?> WalkAsync(DomainName identifier, CancellationToken cancellationToken) =>
        (TryTakeWalk(identifier) ? WalkAsync(identifier, _identifiers, cancellationToken) : default)!;

    /// <summary>Asks whether the author domain exists.</summary>
    public void PrefetchExistence()
    {
        // TXT, as SPF asks the same of most messages' author domains: one query serves both.
        if (!_asksExistence)
        {
            _asksExistence = true;
            _author.Prefetch(ExistenceQuestion, isNeeded: true);
        }
    }

    /// <summary>Whether the author domain exists (RFC 9989 section 3.2.13: a query for it does not give NXDOMAIN).</summary>
    public async ValueTask<DnsResponse> ExistenceAsync(CancellationToken cancellationToken)
    {
        if (_existence is null)
        {
            LookupCount++;
            _existence = await _author.QueryAsync(ExistenceQuestion, cancellationToken).ConfigureAwait(false);
        }

        return _existence;
    }

    /// <summary>The lookups that were needed, each domain once; the walk's own list when it made all of them.</summary>
    public DmarcLookup[] AllLookups(DmarcWalk walk) => _lookups.Count == walk.Lookups.Length ? walk.Lookups : [.. _lookups];

    private bool TryTakeWalk(DomainName identifier)
    {
        if (_options.MaxIdentifiers == 0)
        {
            return false;
        }

        _firstWalked ??= identifier;
        return identifier == _firstWalked
            || _alsoWalked?.Contains(identifier) == true
            || ((_alsoWalked?.Count ?? 0) + 1 < _options.MaxIdentifiers && (_alsoWalked ??= []).Add(identifier));
    }

    private async ValueTask<DmarcWalk> WalkAsync(DomainName start, DnsAsker dns, CancellationToken cancellationToken)
    {
        var lookups = new DmarcLookup[CountSteps(start)];
        var count = 0;
        for (var domain = start; domain is not null; domain = Strategy.Next(start, domain))
        {
            var lookup = Find(domain);
            if (lookup is null)
            {
                if (domain.PrependChecked("_dmarc") is { } name)
                {
                    LookupCount++;
                    lookup = Read(domain, await dns.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), cancellationToken).ConfigureAwait(false));
                }
                else
                {
                    lookup = TooLong(domain);
                }

                _lookups.Add(lookup);
                _byDomain?.Add(domain, lookup);
            }

            lookups[count++] = lookup;
            if (lookup.Record is { } record && Strategy.EndsWalk(record))
            {
                break;
            }
        }

        return new DmarcWalk(start, count == lookups.Length ? lookups : lookups[..count]);
    }

    private void Prefetch(DomainName start, DnsAsker dns, bool isNeeded)
    {
        for (var domain = start; domain is not null; domain = Strategy.Next(start, domain))
        {
            if (Find(domain) is null && domain.PrependChecked("_dmarc") is { } name)
            {
                dns.Prefetch(new DnsQuestion(name, DnsRecordType.Txt), isNeeded);
            }
        }
    }

    private static DmarcLookup TooLong(DomainName domain) => new(domain)
    {
        Found = DmarcLookupOutcome.NoRecord,
        Reason = "not asked: with \"_dmarc.\" the name exceeds 253 characters",
    };

    // RFC 9989 section 4.10 step 2: other texts are discarded, and so are several records.
    private DmarcLookup Read(DomainName domain, DnsResponse response)
    {
        if (response.Status == DnsStatus.Failure)
        {
            return new DmarcLookup(domain) { Found = DmarcLookupOutcome.TemporaryFailure, Reason = response.Reason };
        }

        var count = 0;
        DmarcRecord? record = null;
        foreach (var text in response.Texts)
        {
            if (DmarcRecordParser.MayBeRecord(text) && _records.Get(text) is { } found)
            {
                record = found;
                count++;
            }
        }

        return count switch
        {
            0 => new DmarcLookup(domain) { Found = DmarcLookupOutcome.NoRecord, Reason = NoRecordReason(response) },
            1 => new DmarcLookup(domain) { Found = DmarcLookupOutcome.Record, Record = record },
            _ => new DmarcLookup(domain)
            {
                Found = DmarcLookupOutcome.SeveralRecords,
                Reason = $"{count} DMARC records, all discarded (RFC 9989 section 4.10)",
            },
        };
    }

    private static string NoRecordReason(DnsResponse response) => response.Status switch
    {
        DnsStatus.NameError => "NXDOMAIN",
        DnsStatus.NoData => "no TXT record",
        DnsStatus.Records => "the TXT records are not DMARC records",
        DnsStatus.Failure => throw new UnreachableException(), // Read returns before
        _ => throw new UnreachableException(),
    };

    private DmarcLookup? Find(DomainName domain)
    {
        if (_lookups.Count > FewLookups)
        {
            _byDomain ??= _lookups.ToDictionary(static lookup => lookup.Domain);
            return _byDomain.GetValueOrDefault(domain);
        }

        foreach (var lookup in _lookups)
        {
            if (lookup.Domain == domain)
            {
                return lookup;
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
}
