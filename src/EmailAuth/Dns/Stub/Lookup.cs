using System.Diagnostics;
using System.Globalization;
using System.Numerics;

namespace EmailAuth.Dns.Stub;

/// <summary>One question asked of the servers until one of them answers, all of them have failed, or its time is over.</summary>
internal sealed class Lookup(DnsQuestion question, ServerSet servers, StubContext context, CancellationToken cancellationToken)
{
    // Later rounds wait longer, up to four times as long as the first.
    private const int MaxDoublings = 2;

    private readonly AnswerReader _reader = new(question.Name, question.Type, context.Options.RequestDnssec || servers.Conf.TrustAuthenticData);
    private readonly long _started = context.Time.GetTimestamp();
    private readonly int _rounds = servers.Conf.Attempts ?? (context.Options.Retries + 1);
    private Exchange _exchange = null!;
    private DnsResponse? _failure;
    private ExchangeEnd _firstEnd;
    private int _start;
    private bool _isFirst = true;

    /// <summary>Asks.</summary>
    /// <exception cref="OperationCanceledException">The asker gave up.</exception>
    public async ValueTask<DnsResponse> RunAsync()
    {
        _exchange = new Exchange(_reader) { Query = NewQuery() };
        using var registration = cancellationToken.UnsafeRegister(static state => ((Lookup)state!).Cancel(), this);

        // The first datagram is sent from here: nearly always its answer is all there is to wait for.
        _start = servers.Start(context.Options.Rotate || servers.Conf.Rotate);
        var first = servers.Servers[servers.Next(_start, 0)];
        var end = await SendAsync(first, WaitOf(0, servers.Servers.Length, servers.Servers.Length)).ConfigureAwait(false);
        After(end, first);
        _firstEnd = end;
        var response = end == ExchangeEnd.Answered && _exchange.Response is { Status: not DnsStatus.Failure } answer ? answer : await AskServersAsync(first).ConfigureAwait(false);

        // Once more only for a server that knows an alias and not where it leads; the reader bounds the chain.
        while (response is null)
        {
            _exchange.Query = NewQuery();
            response = await AskServersAsync(null).ConfigureAwait(false);
        }

        return response;
    }

    private WireQuery NewQuery() => new(
        _reader.End,
        question.Type,
        context.Options.UdpPayloadSize,
        context.Options.RequestDnssec || servers.Conf.TrustAuthenticData,
        context.Options.UseMixedCase);

    private ValueTask<ExchangeEnd> SendAsync(DnsServer server, TimeSpan wait)
    {
        var asking = server.AskAsync(_exchange, wait);
        GiveUpIfCanceled();
        return asking;
    }

    private void Cancel() => context.Deadlines.Cancel(_exchange);

    // The answer, or null when it leads on to another name. The server that has been sent the question before has its turn first.
    private async ValueTask<DnsResponse?> AskServersAsync(DnsServer? sent)
    {
        var failed = 0u; // those that answered with a failure: asking them again would not change it
        var refused = 0u;
        for (var round = 0; round < _rounds; round++)
        {
            var passed = failed;
            for (var place = sent is null ? servers.Next(_start, passed) : servers.Servers.IndexOf(sent); place >= 0; place = servers.Next(_start, passed))
            {
                passed |= 1u << place;
                var wait = WaitOf(round, servers.Servers.Length - BitOperations.PopCount(passed) + 1, servers.Servers.Length - BitOperations.PopCount(failed));
                if (wait <= TimeSpan.Zero)
                {
                    return _failure ?? Silence(servers.Servers[place]);
                }

                var end = await TryAsync(servers.Servers[place], wait, sent is null ? null : _firstEnd).ConfigureAwait(false);
                sent = null;
                if (end == ExchangeEnd.Answered && _exchange.Response is not { Status: DnsStatus.Failure })
                {
                    return _exchange.Response;
                }

                failed |= end == ExchangeEnd.Answered ? 1u << place : 0;
                refused |= end == ExchangeEnd.Unreachable ? 1u << place : 0;
                Note(end, servers.Servers[place]);
            }
        }

        return await AskRefusingAsync(refused & ~failed).ConfigureAwait(false);
    }

    // That a UDP port is closed is what an ICMP message says, and anybody can send one who guesses the port: over TCP it cannot be said so easily.
    private async ValueTask<DnsResponse?> AskRefusingAsync(uint refused)
    {
        for (var place = 0; place < servers.Servers.Length; place++)
        {
            if ((refused & (1u << place)) == 0 || Remaining <= TimeSpan.Zero)
            {
                continue;
            }

            var end = await StreamAsync(servers.Servers[place], Remaining).ConfigureAwait(false);
            if (end == ExchangeEnd.Answered && _exchange.Response is not { Status: DnsStatus.Failure })
            {
                return _exchange.Response;
            }

            Note(end, servers.Servers[place]);
        }

        return _failure!;
    }

    /// <summary>One server's turn: over UDP, where needed without EDNS (RFC 6891 section 7) and over TCP (RFC 1035 section 4.2.1).</summary>
    /// <param name="server">The server.</param>
    /// <param name="wait">How long a datagram waits.</param>
    /// <param name="sent">How the first datagram ended, when that has been sent before; else null.</param>
    private async ValueTask<ExchangeEnd> TryAsync(DnsServer server, TimeSpan wait, ExchangeEnd? sent)
    {
        if (!_isFirst)
        {
            context.Counters.AddRetry();
        }

        _isFirst = false;
        var isStream = false;
        while (true)
        {
            ExchangeEnd end;
            if (isStream)
            {
                end = await StreamAsync(server, Remaining).ConfigureAwait(false);
            }
            else if (sent is { } known)
            {
                (end, sent) = (known, null);
            }
            else
            {
                end = await SendAsync(server, wait).ConfigureAwait(false);
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

    // A server may close a connection that it finds idle just when a question is on its way (RFC 7766 section 6.2.4): once more, then.
    private async ValueTask<ExchangeEnd> StreamAsync(DnsServer server, TimeSpan wait)
    {
        context.Counters.AddStream();
        while (true)
        {
            var asking = server.AskOverTcpAsync(_exchange, wait, out var wasKept);
            GiveUpIfCanceled();
            var end = await asking.ConfigureAwait(false);
            After(end, server);
            if (end == ExchangeEnd.TimedOut)
            {
                server.LeaveConnection();
            }

            if (end != ExchangeEnd.Closed || !wasKept)
            {
                return end;
            }
        }
    }

    // The token may have been canceled when there was nothing yet to end.
    private void GiveUpIfCanceled()
    {
        if (cancellationToken.IsCancellationRequested)
        {
            Cancel();
        }
    }

    private void After(ExchangeEnd end, DnsServer server)
    {
        server.Note(end);
        if (end == ExchangeEnd.TimedOut)
        {
            context.Counters.AddTimeout();
        }

        if (end == ExchangeEnd.Canceled)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    // What is left of the time, parted between the tries that may still come by how long each is to wait.
    private TimeSpan WaitOf(int round, int turnsInRound, int turnsInRounds)
    {
        var weight = WeightOf(round);
        var all = turnsInRound * weight;
        for (var later = round + 1; later < _rounds; later++)
        {
            all += turnsInRounds * WeightOf(later);
        }

        var wait = Remaining * ((double)weight / all);
        return servers.Conf.Timeout is { } first && first * weight < wait ? first * weight : wait;
    }

    private static int WeightOf(int round) => 1 << Math.Min(round, MaxDoublings);

    private TimeSpan Remaining => context.Options.Timeout - context.Time.GetElapsedTime(_started);

    // What a server said counts for more than that another was silent, and silence for more than that nobody was there.
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
        DnsFailure.Timeout, string.Create(CultureInfo.InvariantCulture, $"no answer from {server.Name} within {context.Options.Timeout.TotalSeconds:0.###} s"));

    private static int WeightOf(DnsResponse failure) => failure.Failure switch
    {
        DnsFailure.Unreachable => 0,
        DnsFailure.Timeout => 1,
        DnsFailure.None or DnsFailure.ServerFailure or DnsFailure.Refused or DnsFailure.Malformed or DnsFailure.LimitReached
            or DnsFailure.ResolverFault => 2,
        _ => throw new UnreachableException(),
    };
}
