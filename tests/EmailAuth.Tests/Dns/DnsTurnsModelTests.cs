using EmailAuth.Dns;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>Whose turn it is, step by step, beside plain lists that say the same slowly.</summary>
public class DnsTurnsModelTests
{
    private static readonly DnsPurpose[] Purposes = Enum.GetValues<DnsPurpose>();

    private static readonly DnsQuestion Question = new(DomainName.Parse("a.example").Value!, DnsRecordType.Txt);

    private readonly DnsTurns _turns = new(new ZoneResolver(new Zone()), null, null, null);
    private readonly DnsSession[] _sessions = [new(new ZoneResolver(new Zone())), new(new ZoneResolver(new Zone()))];
    private readonly List<DnsQuery> _running = []; // the newest first
    private readonly List<DnsQuery> _waiting = []; // the oldest first

    [Theory]
    [InlineData(nameof(DnsPurpose.SpfMailFrom), 1)]
    [InlineData(nameof(DnsPurpose.SpfHelo), 1)]
    [InlineData(nameof(DnsPurpose.DkimKeys), 10)]
    [InlineData(nameof(DnsPurpose.ArcKeys), 4)]
    [InlineData(nameof(DnsPurpose.DmarcAuthor), 9)]
    [InlineData(nameof(DnsPurpose.DmarcIdentifiers), 4)]
    [InlineData(nameof(DnsPurpose.Bimi), 1)]
    [InlineData(nameof(DnsPurpose.ClientNames), 1)]
    [InlineData(nameof(DnsPurpose.Web), 1)]
    public void Each_check_has_turns_of_its_own(string name, int expected)
    {
        var purpose = Enum.Parse<DnsPurpose>(name);
        var asker = _sessions[0].Begin(purpose, 100);
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal((i, i < expected), (i, _turns.TryRun(NewQuery(0, asker, true), out var displaced)));
            Assert.Null(displaced);
        }

        Assert.Equal((expected, true), (_turns.InFlight, _turns.HasWaiting));

        // What is prefetched may use all that are left; a walk's prefetches have the walk's turns.
        for (var i = expected; i < 40; i++)
        {
            Assert.Equal(purpose != DnsPurpose.DmarcIdentifiers && i < 32, _turns.TryRun(NewQuery(0, asker, false), out _));
        }

        Assert.Equal(purpose == DnsPurpose.DmarcIdentifiers ? 4 : 32, _turns.InFlight);
    }

    [Fact]
    public void Each_purpose_has_a_number_of_turns()
    {
        Assert.Equal(32, DnsTurns.MaxInFlight);
        var asker = _sessions[0].Begin((DnsPurpose)99, 100);
        var thrown = Assert.Throws<ArgumentOutOfRangeException>(() => _turns.TryRun(NewQuery(0, asker, true), out _));
        Assert.Equal(("purpose", (DnsPurpose)99), (thrown.ParamName, thrown.ActualValue));
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 50)]
    [InlineData(3, 8)]
    [InlineData(4, 100)]
    [InlineData(5, 20)]
    [InlineData(6, 100)]
    public void Each_step_does_what_the_lists_say(int seed, int neededPercent)
    {
        var random = new Random(seed);
        var askers = _sessions.Select(session => Purposes.Select(purpose => session.Begin(purpose, 1000)).ToArray()).ToArray();
        for (var step = 0; step < 400; step++)
        {
            switch (random.Next(12))
            {
                case < 7:
                    var session = random.Next(2);
                    Run(NewQuery(session, askers[session][random.Next(Purposes.Length)], random.Next(100) < neededPercent));
                    break;
                case 7 when _waiting.Count > 0: // it is needed now, or may use another check's turn
                    var waiting = _waiting[random.Next(_waiting.Count)];
                    waiting.IsNeeded = true;
                    waiting.Asker = askers[0][random.Next(Purposes.Length)];
                    Run(waiting);
                    break;
                case 8 when _running.Count > 0:
                    Remove(_running[random.Next(_running.Count)]);
                    break;
                case 9 when _waiting.Count > 0:
                    Remove(_waiting[random.Next(_waiting.Count)]);
                    break;
                case 10 when random.Next(10) == 0:
                    var all = random.Next(2);
                    RemoveAll(_sessions[all], random.Next(3) == 0 ? null : askers[all][random.Next(Purposes.Length)]);
                    break;
                default:
                    var expected = NextToRun();
                    Assert.Same(expected, _turns.RunNext());
                    if (expected is not null)
                    {
                        _waiting.Remove(expected);
                        _running.Insert(0, expected);
                    }

                    break;
            }

            Assert.Equal((_running.Count, _waiting.Count > 0), (_turns.InFlight, _turns.HasWaiting));
            Assert.All(_running, static query => Assert.Equal(DnsQueryState.Running, query.State));
            Assert.All(_waiting, static query => Assert.Equal(DnsQueryState.Waiting, query.State));
            foreach (var one in _sessions)
            {
                Assert.Equal(_running.Concat(_waiting).Any(query => query.Session == one), _turns.Has(one));
            }
        }
    }

    private void Run(DnsQuery query)
    {
        var mayRun = MayRun(query);
        var isFull = _running.Count == 32;
        var loser = mayRun && isFull ? _running.First(static other => !other.IsNeeded) : null;
        Assert.Equal(mayRun, _turns.TryRun(query, out var displaced));
        Assert.Same(loser, displaced);
        if (loser is not null)
        {
            Assert.Equal(DnsQueryState.GivenUp, loser.State);
            _running.Remove(loser);
        }

        if (mayRun)
        {
            _waiting.Remove(query);
            _running.Insert(0, query);
        }
        else if (!_waiting.Contains(query))
        {
            _waiting.Add(query);
        }
    }

    private void Remove(DnsQuery query)
    {
        _turns.Remove(query);
        _running.Remove(query);
        _waiting.Remove(query);
        query.State = DnsQueryState.GivenUp;
        _turns.Remove(query); // it is out already
    }

    private void RemoveAll(DnsSession session, DnsAsker? asker)
    {
        var expected = _running.Concat(_waiting).Where(query => query.Session == session && (asker is null || (!query.IsNeeded && query.Asker == asker))).ToList();
        var removed = _turns.RemoveAll(session, asker);
        Assert.Equal(expected.Count == 0 ? null : expected, removed);
        foreach (var query in expected)
        {
            Assert.Equal(DnsQueryState.GivenUp, query.State);
            _running.Remove(query);
            _waiting.Remove(query);
        }
    }

    private DnsQuery? NextToRun() => _running.Count == 32 ? null
        : _waiting.FirstOrDefault(query => query.IsNeeded && MayRun(query)) ?? _waiting.FirstOrDefault(query => !query.IsNeeded && MayRun(query));

    // A prefetch runs wherever there is room, but for a walk's, which have as many turns as the walk. What is needed has its check's turns, and takes a prefetch's place.
    private bool MayRun(DnsQuery query)
    {
        var purpose = query.Asker.Purpose;
        var turns = purpose switch { DnsPurpose.DkimKeys => 10, DnsPurpose.DmarcAuthor => 9, DnsPurpose.ArcKeys or DnsPurpose.DmarcIdentifiers => 4, _ => 1 };
        var isFull = _running.Count == 32;
        return query.IsNeeded
            ? _running.Count(other => other.IsNeeded && other.Asker.Purpose == purpose) < turns && (!isFull || _running.Exists(static other => !other.IsNeeded))
            : !isFull && (purpose != DnsPurpose.DmarcIdentifiers || _running.Count(other => other.Asker.Purpose == purpose) < turns);
    }

    private DnsQuery NewQuery(int session, DnsAsker asker, bool isNeeded)
    {
        var query = new DnsQuery();
        query.Begin(_sessions[session], asker, Question, isNeeded);
        return query;
    }
}
