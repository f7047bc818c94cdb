using System.Diagnostics;
using System.Globalization;
using System.Numerics;

namespace EmailAuth.Dns.Stub;

/// <summary>One question asked of the servers until one of them answers, all of them have failed, its time is over, or its askers have given up.</summary>
internal sealed class Lookup
{
    // Later rounds wait longer, up to four times as long as the first.
    private const int MaxDoublings = 2;

    private readonly QueryInFlight _asked;
    private readonly ServerSet _servers;
    private readonly StubContext _context;
    private readonly AnswerReader _reader;
    private readonly Exchange _exchange;
    private readonly long _started;
    private readonly int _rounds;
    private readonly int _start;
    private readonly DnsServer _first;
    private DnsResponse? _failure;
    private ExchangeEnd _firstEnd;
    private bool _isFirst = true;

    /// <summary>Makes a lookup.</summary>
    /// <param name="asked">What it ends.</param>
    /// <param name="servers">The servers to ask.</param>
    /// <param name="context">What the parts of the resolver share.</param>
    public Lookup(QueryInFlight asked, ServerSet servers, StubContext context)
    {
        (_asked, _servers, _context) = (asked, servers, context);
        _reader = new AnswerReader(asked.Question.Name, asked.Question.Type, TrustsAuthenticData);
        _exchange = new Exchange(_reader) { Query = NewQuery() };
        _started = context.Time.GetTimestamp();
        _rounds = servers.Conf.Attempts ?? (context.Options.Retries + 1);
        _start = servers.Start(context.Options.Rotate || servers.Conf.Rotate);
        _first = servers.Servers[servers.Next(_start, 0)];
    }

    private bool TrustsAuthenticData => _context.Options.RequestDnssec || _servers.Conf.TrustAuthenticData;

    /// <summary>
    /// Sends the first datagram. Nearly always its answer ends the lookup, so only the rare continuation
    /// is an async method with a state machine.
    /// </summary>
    public void Start()
    {
        _asked.WhenGivenUp(static state => ((Lookup)state).Cancel(), this);
        Send(_first, WaitOf(0, ShareOf(0, _servers.Servers.Length, _servers.Servers.Length)));
        _exchange.WhenEnded(static state => ((Lookup)state!).AfterFirst(), this);
    }

    private void AfterFirst()
    {
        _firstEnd = _exchange.Result;
        if (_firstEnd == ExchangeEnd.Answered && _exchange.Response is { Status: not DnsStatus.Failure } answer)
        {
            _first.Note(_firstEnd);
            _asked.Complete(answer);
        }
        else
        {
            _ = GoOnAsync();
        }
    }

    private async Task GoOnAsync()
    {
        DnsResponse? response = null;
        try
        {
            After(_firstEnd, _first);
            response = await AskServersAsync(_first).ConfigureAwait(false);

            // Loops only for a server that has an alias without its target; the reader bounds the chain.
            while (response is null)
            {
                _exchange.Query = NewQuery();
                response = await AskServersAsync(null).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return; // no asker waits
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _asked.Fail(e);
            return;
        }

        _asked.Complete(response);
    }

    private WireQuery NewQuery() =>
        new(_reader.End, _asked.Question.Type, _context.Options.UdpPayloadSize, TrustsAuthenticData, _context.Options.UseMixedCase);

    private void Send(DnsServer server, TimeSpan wait)
    {
        _exchange.Begin();
        server.Ask(_exchange, wait);
        CancelIfGivenUp();
    }

    private void Cancel() => _context.Deadlines.Cancel(_exchange);

    // The answer, or null when it leads on to another name. The server that has been sent the question before has its turn first.
    private async ValueTask<DnsResponse?> AskServersAsync(DnsServer? sent)
    {
        var failed = 0u; // those that answered with a failure: asking them again would not change it
        var refused = 0u;
        for (var round = 0; round < _rounds; round++)
        {
            var passed = failed;
            for (var place = sent is null ? _servers.Next(_start, passed) : _servers.Servers.IndexOf(sent); place >= 0; place = _servers.Next(_start, passed))
            {
                passed |= 1u << place;
                var turnsInRound = _servers.Servers.Length - BitOperations.PopCount(passed) + 1;
                var turnsInRounds = _servers.Servers.Length - BitOperations.PopCount(failed);
                var share = ShareOf(round, turnsInRound, turnsInRounds);
                var wait = WaitOf(round, share);
                if (wait <= TimeSpan.Zero)
                {
                    return _failure ?? Silence(_servers.Servers[place]);
                }

                // TCP gets all of the time when no other server is left to ask.
                var isLast = turnsInRound == 1 && (turnsInRounds == 1 || round == _rounds - 1);
                var end = await TryAsync(_servers.Servers[place], wait, isLast ? 1 : share, sent is null ? null : _firstEnd).ConfigureAwait(false);
                sent = null;
                if (end == ExchangeEnd.Answered && _exchange.Response is not { Status: DnsStatus.Failure })
                {
                    return _exchange.Response;
                }

                failed |= end == ExchangeEnd.Answered ? 1u << place : 0;
                refused |= end == ExchangeEnd.Unreachable ? 1u << place : 0;
                Note(end, _servers.Servers[place]);
            }
        }

        return await AskRefusingAsync(refused & ~failed).ConfigureAwait(false);
    }

    // An ICMP message reports a closed UDP port, and any host that guesses the port can forge it; over TCP that is harder.
    private async ValueTask<DnsResponse?> AskRefusingAsync(uint refused)
    {
        for (var place = 0; place < _servers.Servers.Length; place++)
        {
            if ((refused & (1u << place)) == 0 || Remaining <= TimeSpan.Zero)
            {
                continue;
            }

            var end = await StreamAsync(_servers.Servers[place], 1.0 / BitOperations.PopCount(refused >> place)).ConfigureAwait(false);
            if (end == ExchangeEnd.Answered && _exchange.Response is not { Status: DnsStatus.Failure })
            {
                return _exchange.Response;
            }

            Note(end, _servers.Servers[place]);
        }

        return _failure!;
    }

    /// <summary>One server's turn: over UDP, where needed without EDNS (RFC 6891 section 7) and over TCP (RFC 1035 section 4.2.1).</summary>
    /// <param name="server">The server.</param>
    /// <param name="wait">How long a datagram waits.</param>
    /// <param name="streamShare">How much of the time that is left TCP may take.</param>
    /// <param name="sent">How the first datagram ended, when that has been sent before; else null.</param>
    private async ValueTask<ExchangeEnd> TryAsync(DnsServer server, TimeSpan wait, double streamShare, ExchangeEnd? sent)
    {
        if (!_isFirst)
        {
            _context.Counters.AddRetry();
        }

        _isFirst = false;
        var isStream = false;
        while (true)
        {
            ExchangeEnd end;
            if (isStream)
            {
                end = await StreamAsync(server, streamShare).ConfigureAwait(false);
            }
            else if (sent is { } known)
            {
                (end, sent) = (known, null);
            }
            else
            {
                Send(server, wait);
                end = await _exchange.UntilEndAsync().ConfigureAwait(false);
                After(end, server);
            }

            if (end == ExchangeEnd.Answered && _exchange.Query.HasOpt && WireCode.IsRefusalOfOpt(_reader.Code))
            {
                _exchange.Query.HasOpt = false;
            }
            else if (end is ExchangeEnd.Truncated or ExchangeEnd.Suspicious && !isStream)
            {
                isStream = true;
            }
            else
            {
                return end;
            }

            if (Remaining <= TimeSpan.Zero)
            {
                return ExchangeEnd.TimedOut;
            }
        }
    }

    // A server may close an idle connection just when a question is in flight (RFC 7766 section 6.2.4), or after each answer even if
    // others wait: then the question is sent once more, on a connection of its own.
    private async ValueTask<ExchangeEnd> StreamAsync(DnsServer server, double share)
    {
        _context.Counters.AddStream();
        for (var isAlone = false; ; isAlone = true)
        {
            _exchange.Begin();
            server.AskOverTcp(_exchange, Remaining * share, isAlone);
            CancelIfGivenUp();
            var end = await _exchange.UntilEndAsync().ConfigureAwait(false);
            After(end, server);
            if (end == ExchangeEnd.TimedOut)
            {
                server.LeaveConnection();
            }

            if (end != ExchangeEnd.Closed || isAlone || Remaining <= TimeSpan.Zero)
            {
                return end;
            }
        }
    }

    // The askers may have given up before there was anything to end.
    private void CancelIfGivenUp()
    {
        if (_asked.IsGivenUp)
        {
            Cancel();
        }
    }

    private void After(ExchangeEnd end, DnsServer server)
    {
        server.Note(end);
        if (end == ExchangeEnd.TimedOut)
        {
            _context.Counters.AddTimeout();
        }

        if (end == ExchangeEnd.Canceled)
        {
            throw new OperationCanceledException();
        }
    }

    // Divides the time that is left among the possible tries, in proportion to how long each waits.
    private double ShareOf(int round, int turnsInRound, int turnsInRounds)
    {
        var weight = WeightOf(round);
        var all = turnsInRound * weight;
        for (var later = round + 1; later < _rounds; later++)
        {
            all += turnsInRounds * WeightOf(later);
        }

        return (double)weight / all;
    }

    private TimeSpan WaitOf(int round, double share)
    {
        var wait = Remaining * share;
        return _servers.Conf.Timeout is { } first && first * WeightOf(round) < wait ? first * WeightOf(round) : wait;
    }

    private static int WeightOf(int round) => 1 << Math.Min(round, MaxDoublings);

    private TimeSpan Remaining => _context.Options.Timeout - _context.Time.GetElapsedTime(_started);

    // A server's error outranks another's silence, and silence outranks an unreachable server.
    private void Note(ExchangeEnd end, DnsServer server)
    {
        var failure = end switch
        {
            ExchangeEnd.Answered => DnsResponse.Failed(_exchange.Response!.Failure, $"{_exchange.Response.Detail} from {server.Name}"),
            ExchangeEnd.TimedOut => Silence(server),
            ExchangeEnd.Closed => DnsResponse.Failed(DnsFailure.Unreachable, $"no TCP connection to {server.Name}, or it was closed before the answer"),
            ExchangeEnd.Truncated or ExchangeEnd.Suspicious or ExchangeEnd.Unreachable or ExchangeEnd.Canceled =>
                DnsResponse.Failed(DnsFailure.Unreachable, $"nobody answers at {server.Name}"),
            _ => throw new UnreachableException(),
        };
        _failure = _failure is null || WeightOf(failure) >= WeightOf(_failure) ? failure : _failure;
    }

    private DnsResponse Silence(DnsServer server) => DnsResponse.Failed(
        DnsFailure.Timeout, string.Create(CultureInfo.InvariantCulture, $"no answer from {server.Name} within {_context.Options.Timeout.TotalSeconds:0.###} s"));

    private static int WeightOf(DnsResponse failure) => failure.Failure switch
    {
        DnsFailure.Unreachable => 0,
        DnsFailure.Timeout => 1,
        DnsFailure.None or DnsFailure.ServerFailure or DnsFailure.Refused or DnsFailure.Malformed or DnsFailure.LimitReached
            or DnsFailure.ResolverFault => 2,
        _ => throw new UnreachableException(),
    };
}
