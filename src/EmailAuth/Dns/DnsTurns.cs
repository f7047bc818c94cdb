using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailAuth.Dns;

/// <summary>
/// What the sessions of a connection and its messages share: the resolver, the queries that run, and those that wait for their turn. At
/// most <see cref="MaxInFlight"/> run. The object is its own lock, which saves an object for each connection; it guards all mutable state.
/// </summary>
/// <remarks>
/// What a check needs has turns of its own, so that no other check can delay it: the turns of all together are at most
/// <see cref="MaxInFlight"/>. What is prefetched uses any that are free and gives way to what is needed.
/// </remarks>
internal sealed class DnsTurns(IDnsResolver resolver, LookupLimits? limits, TimeProvider? time, ILogger? log)
{
    /// <summary>How many questions of one session may be in flight.</summary>
    public const int MaxInFlight = 32;

    private DnsQuery? _running;
    private DnsQuery? _firstWaiting;
    private DnsQuery? _lastWaiting;

    /// <summary>The resolver, when it follows what checks decide; else null.</summary>
    public IDnsTranscript? Transcript => resolver as IDnsTranscript;

    /// <summary>What answers. A recorder records what is decided, so it is not asked itself.</summary>
    public IDnsResolver Resolver => Transcript?.Source ?? resolver;

    public LookupLimits Limits { get; } = limits ?? LookupLimits.Default;

    public TimeProvider Time { get; } = time ?? TimeProvider.System;

    public ILogger Log { get; } = log ?? NullLogger.Instance;

    /// <summary>How many questions run.</summary>
    public int InFlight { get; private set; }

    public bool HasWaiting => _firstWaiting is not null;

    // As many as a check needs at the same time: SPF asks one after the other, each signature and each step of a walk asks independently.
    private static int TurnsOf(DnsPurpose purpose) => purpose switch
    {
        DnsPurpose.DkimKeys => 10,
        DnsPurpose.DmarcAuthor => 9,
        DnsPurpose.ArcKeys or DnsPurpose.DmarcIdentifiers => 4,
        DnsPurpose.SpfMailFrom or DnsPurpose.SpfHelo or DnsPurpose.Bimi or DnsPurpose.ClientNames or DnsPurpose.Web => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "Not a purpose."),
    };

    /// <summary>Lets a query run, or makes it wait.</summary>
    /// <param name="query">The query: a new one, or one that waits.</param>
    /// <param name="displaced">A prefetch that gives up its turn: cancel it outside the lock.</param>
    /// <returns>Whether it may run.</returns>
    public bool TryRun(DnsQuery query, out DnsQuery? displaced)
    {
        displaced = null;
        if (!MayRun(query))
        {
            if (!IsWaiting(query))
            {
                AddWaiting(query);
            }

            return false;
        }

        if (InFlight == MaxInFlight)
        {
            displaced = LastPrefetched();
            Remove(displaced!);
            displaced!.State = DnsQueryState.GivenUp;
        }

        Run(query);
        return true;
    }

    /// <summary>The next waiting query that may run, or null. It counts as running from now on.</summary>
    public DnsQuery? RunNext()
    {
        for (var isNeeded = true; _firstWaiting is not null; isNeeded = false)
        {
            for (var query = _firstWaiting; query is not null; query = query.Next)
            {
                if (query.IsNeeded == isNeeded && InFlight < MaxInFlight && MayRun(query))
                {
                    Run(query);
                    return query;
                }
            }

            if (!isNeeded)
            {
                break;
            }
        }

        return null;
    }

    /// <summary>Takes a query out, whether it runs or waits.</summary>
    public void Remove(DnsQuery query)
    {
        if (query.State == DnsQueryState.Running)
        {
            InFlight--;
            Unlink(query, ref _running);
        }
        else if (IsWaiting(query))
        {
            if (ReferenceEquals(query, _lastWaiting))
            {
                _lastWaiting = query.Previous;
            }

            Unlink(query, ref _firstWaiting);
        }
    }

    /// <summary>Takes out what belongs to a session, or of it what one check has prefetched and nobody needs.</summary>
    /// <param name="session">The session.</param>
    /// <param name="onlyPrefetchesOf">The check, or null for all of the session.</param>
    /// <returns>The queries, to be cancelled outside the lock; null for none.</returns>
    public List<DnsQuery>? RemoveAll(DnsSession session, DnsAsker? onlyPrefetchesOf = null)
    {
        List<DnsQuery>? removed = null;
        Collect(_running);
        Collect(_firstWaiting);
        for (var i = 0; i < removed?.Count; i++)
        {
            Remove(removed[i]);
            removed[i].State = DnsQueryState.GivenUp;
        }

        return removed;

        void Collect(DnsQuery? query)
        {
            for (; query is not null; query = query.Next)
            {
                if (ReferenceEquals(query.Session, session) && (onlyPrefetchesOf is null || (!query.IsNeeded && ReferenceEquals(query.Asker, onlyPrefetchesOf))))
                {
                    (removed ??= []).Add(query);
                }
            }
        }
    }

    public bool Has(DnsSession session) => Has(_running, session) || Has(_firstWaiting, session);

    private static bool Has(DnsQuery? query, DnsSession session)
    {
        for (; query is not null; query = query.Next)
        {
            if (ReferenceEquals(query.Session, session))
            {
                return true;
            }
        }

        return false;
    }

    private bool MayRun(DnsQuery query)
    {
        // A prefetched walk comes to be needed all at once; of what other checks prefetch, one at a time is.
        if (!query.IsNeeded && query.Asker.Purpose != DnsPurpose.DmarcIdentifiers)
        {
            return InFlight < MaxInFlight;
        }

        // Few run at a time, and in most messages only this one.
        var turns = TurnsOf(query.Asker.Purpose);
        for (var other = _running; other is not null; other = other.Next)
        {
            turns -= (other.IsNeeded || !query.IsNeeded) && other.Asker.Purpose == query.Asker.Purpose ? 1 : 0;
        }

        return turns > 0 && (InFlight < MaxInFlight || (query.IsNeeded && LastPrefetched() is not null));
    }

    private DnsQuery? LastPrefetched()
    {
        // The newest is at the front.
        for (var query = _running; query is not null; query = query.Next)
        {
            if (!query.IsNeeded)
            {
                return query;
            }
        }

        return null;
    }

    private bool IsWaiting(DnsQuery query) =>
        query.State == DnsQueryState.Waiting && (query.Previous is not null || ReferenceEquals(query, _firstWaiting));

    private void Run(DnsQuery query)
    {
        Remove(query);
        query.State = DnsQueryState.Running;
        InFlight++;
        query.Next = _running;
        if (_running is not null)
        {
            _running.Previous = query;
        }

        _running = query;
    }

    private void AddWaiting(DnsQuery query)
    {
        query.Previous = _lastWaiting;
        if (_lastWaiting is null)
        {
            _firstWaiting = query;
        }
        else
        {
            _lastWaiting.Next = query;
        }

        _lastWaiting = query;
    }

    private static void Unlink(DnsQuery query, ref DnsQuery? first)
    {
        if (query.Previous is null)
        {
            first = query.Next;
        }
        else
        {
            query.Previous.Next = query.Next;
        }

        if (query.Next is not null)
        {
            query.Next.Previous = query.Previous;
        }

        query.Previous = query.Next = null;
    }
}
