using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>Which server is asked when, how long each is waited for, and what is said when none has an answer; by a clock that the test moves.</summary>
public sealed class LookupTests
{
    // How long each try waits, in seconds: a server and its wait, in the order of the tries.
    [Theory]
    [InlineData(1, 0, 42, null, "0:42")]
    [InlineData(1, 1, 42, null, "0:14 0:28")]
    [InlineData(1, 2, 42, null, "0:6 0:12 0:24")]
    [InlineData(1, 3, 44, null, "0:4 0:8 0:16 0:16")]
    [InlineData(1, 4, 60, null, "0:4 0:8 0:16 0:16 0:16")]
    [InlineData(2, 0, 12, null, "0:6 1:6")]
    [InlineData(2, 1, 12, null, "0:2 1:2 0:4 1:4")]
    [InlineData(3, 0, 12, null, "0:4 1:4 2:4")]
    [InlineData(3, 1, 18, null, "0:2 1:2 2:2 0:4 1:4 2:4")]
    [InlineData(2, 2, 14, null, "0:1 1:1 0:2 1:2 0:4 1:4")]
    [InlineData(2, 1, 12, 1, "0:1 1:1 0:2 1:2")]
    [InlineData(2, 2, 60, 2, "0:2 1:2 0:4 1:4 0:8 1:8")]
    [InlineData(1, 4, 60, 3, "0:3 0:6 0:12 0:12 0:12")]
    [InlineData(1, 1, 3, 1, "0:1 0:2")]
    [InlineData(1, 1, 42, 30, "0:14 0:28")] // no longer than there is time for
    public async Task Silence_divides_the_time_among_the_tries(int servers, int retries, int timeout, int? first, string expected)
    {
        using var run = new Run(new string('T', servers), timeout, retries, new ResolvConf { Timeout = first is { } seconds ? TimeSpan.FromSeconds(seconds) : null });
        var response = await run.EndAsync();
        Assert.Equal(expected, run.Said);
        Assert.Equal((DnsFailure.Timeout, $"no answer from {run.NameOf(servers - 1)} within {timeout} s"), (response.Failure, response.Detail));
        var tries = servers * (retries + 1);
        Assert.Equal((tries - 1L, (long)tries, 0L, 0L), run.Counted);
    }

    [Fact]
    public async Task Attempts_of_the_system_go_before_those_of_the_options()
    {
        using var run = new Run("T", 12, 4, new ResolvConf { Attempts = 2 });
        await run.EndAsync();
        Assert.Equal("0:4 0:8", run.Said);
    }

    // What each server does with the questions that it gets, one letter each, the last one for all that follow: T is silent, A answers, N has no such name, D has no data,
    // S fails, R refuses, F answers what is malformed, E refuses EDNS, X is truncated and answers over TCP, Z is truncated and silent over TCP, Y is truncated and closes,
    // U has no port. Counted are tries after the first, timeouts, questions over TCP, and strays.
    [Theory]
    [InlineData("A", 1, "0", "Records", 0, 0, 0)]
    [InlineData("N", 1, "0", "NameError", 0, 0, 0)]
    [InlineData("D", 1, "0", "NoData", 0, 0, 0)]
    [InlineData("S", 1, "0", "ServerFailure: SERVFAIL from #0", 0, 0, 0)] // not asked again
    [InlineData("R", 1, "0", "Refused: REFUSED from #0", 0, 0, 0)]
    [InlineData("F", 1, "0", "Malformed: a malformed answer from #0", 0, 0, 0)]
    [InlineData("E", 1, "0 0-", "Records", 0, 0, 0)]
    [InlineData("X", 1, "0 0tcp", "Records", 0, 0, 1)]
    [InlineData("Y", 0, "0 0tcp 0tcp", "Unreachable: no TCP connection to #0, or it was closed before the answer", 0, 0, 1)]
    [InlineData("Z", 0, "0 0tcp:12", "Timeout: no answer from #0 within 12 s", 0, 1, 1)]
    [InlineData("Z", 1, "0 0tcp:12", "Timeout: no answer from #0 within 12 s", 0, 1, 1)] // all of the time is over
    [InlineData("Z A", 0, "0 0tcp:6 1", "Records", 1, 1, 1)] // TCP leaves time for the other server
    [InlineData("Z A", 1, "0 0tcp:2 1", "Records", 1, 1, 1)]
    [InlineData("Z Z", 0, "0 0tcp:6 1 1tcp:6", "Timeout: no answer from #1 within 12 s", 1, 2, 2)]
    [InlineData("Z Z", 1, "0 0tcp:2 1 1tcp:2 0 0tcp:4 1 1tcp:4", "Timeout: no answer from #1 within 12 s", 3, 4, 4)]
    [InlineData("S Z", 1, "0 1 1tcp:12", "ServerFailure: SERVFAIL from #0", 1, 1, 1)] // no other is left
    [InlineData("U", 0, "", "Unreachable: no TCP connection to #0, or it was closed before the answer", 0, 0, 1)]
    [InlineData("U", 1, "", "Unreachable: no TCP connection to #0, or it was closed before the answer", 1, 0, 1)]
    [InlineData("S A", 1, "0 1", "Records", 1, 0, 0)]
    [InlineData("S N", 1, "0 1", "NameError", 1, 0, 0)]
    [InlineData("S D", 1, "0 1", "NoData", 1, 0, 0)]
    [InlineData("F A", 0, "0 1", "Records", 1, 0, 0)]
    [InlineData("S R", 1, "0 1", "Refused: REFUSED from #1", 1, 0, 0)]
    [InlineData("S F", 1, "0 1", "Malformed: a malformed answer from #1", 1, 0, 0)]
    [InlineData("F S", 1, "0 1", "ServerFailure: SERVFAIL from #1", 1, 0, 0)]
    [InlineData("R S", 1, "0 1", "ServerFailure: SERVFAIL from #1", 1, 0, 0)]
    [InlineData("S T", 0, "0 1:12", "ServerFailure: SERVFAIL from #0", 1, 1, 0)] // an error outranks silence
    [InlineData("S T", 1, "0 1:4 1:8", "ServerFailure: SERVFAIL from #0", 2, 2, 0)]
    [InlineData("T S", 0, "0:6 1", "ServerFailure: SERVFAIL from #1", 1, 1, 0)]
    [InlineData("T S", 1, "0:2 1 0:10", "ServerFailure: SERVFAIL from #1", 2, 2, 0)]
    [InlineData("T A", 0, "0:6 1", "Records", 1, 1, 0)]
    [InlineData("TA", 1, "0:4 0", "Records", 1, 1, 0)]
    [InlineData("TTA", 2, "0:1.72 0:3.44 0", "Records", 2, 2, 0)]
    [InlineData("TA T", 1, "0:2 1:2 0", "Records", 2, 2, 0)]
    [InlineData("TS TA", 1, "0:2 1:2 0 1", "Records", 3, 2, 0)]
    [InlineData("T U", 0, "0:6", "Timeout: no answer from #0 within 12 s", 1, 1, 1)] // and silence an unreachable server
    [InlineData("U T", 0, "1:12", "Timeout: no answer from #1 within 12 s", 1, 1, 0)]
    [InlineData("U A", 1, "1", "Records", 1, 0, 0)]
    [InlineData("U S", 0, "1", "ServerFailure: SERVFAIL from #1", 1, 0, 1)]
    [InlineData("U U A", 0, "2", "Records", 2, 0, 0)]
    [InlineData("S S A", 0, "0 1 2", "Records", 2, 0, 0)]
    [InlineData("Y A", 0, "0 0tcp 0tcp 1", "Records", 1, 0, 1)]
    [InlineData("EX", 0, "0 0- 0tcp-", "Records", 0, 0, 1)]
    public async Task Each_way_of_servers_leads_to_its_end(string ways, int retries, string expectedTries, string expected, int retried, int timeouts, int streams)
    {
        using var run = new Run(ways, 12, retries, new ResolvConf());
        var response = await run.EndAsync();
        var said = response.Status == DnsStatus.Failure ? $"{response.Failure}: {response.Detail}" : $"{response.Status}";
        for (var i = 0; i < run.Servers.Length; i++)
        {
            said = said.Replace(run.NameOf(i), $"#{i}", StringComparison.Ordinal);
        }

        Assert.Equal((expectedTries, expected, ((long)retried, (long)timeouts, (long)streams, 0L)), (run.Said, said, run.Counted));
    }

    [Fact]
    public async Task The_end_of_an_alias_is_asked_of_the_servers_from_the_first_on()
    {
        using var run = new Run("L A", 12, 0, new ResolvConf());
        var response = await run.EndAsync();
        Assert.Equal((DnsStatus.Records, "end.example", "0 0"), (response.Status, string.Join(' ', response.Aliases), run.Said));
        Assert.Equal(["a.example", "end.example"], run.Names);
    }

    [Fact]
    public async Task The_AD_bit_is_asked_for_and_reported_as_the_options_or_the_system_say()
    {
        foreach (var (options, system) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            using var run = new Run("A", 12, 0, new ResolvConf { TrustAuthenticData = system }, new StubResolverOptions { RequestDnssec = options });
            Assert.Equal(options || system, (await run.EndAsync()).IsAuthenticated);
            Assert.Equal(options || system ? 0x20 : 0, run.Questions[0].Bytes[3] & 0x20);
        }
    }

    [Fact]
    public async Task A_question_starts_at_each_server_in_turn_where_the_options_or_the_system_say_so()
    {
        foreach (var (options, system, expected) in new[] { (false, false, "0 0 0 0"), (true, false, "1 0 1 0"), (false, true, "1 0 1 0"), (true, true, "1 0 1 0") })
        {
            using var run = new Run("A A", 12, 0, new ResolvConf { Rotate = system }, new StubResolverOptions { Rotate = options });
            for (var i = 0; i < 4; i++)
            {
                await run.EndAsync($"n{i}.example");
            }

            Assert.Equal(expected, run.Said);
        }
    }

    [Fact]
    public async Task One_that_gives_up_asks_no_more_and_its_late_answer_is_not_a_stray_one()
    {
        using var run = new Run("T", 12, 3, new ResolvConf());
        using var cancel = new CancellationTokenSource();
        var asking = run.Ask("a.example", cancel.Token);
        var (question, client) = run.Servers[0]!.Next();
        Assert.Equal(1, run.Parts.Deadlines.Count);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(0, run.Parts.Deadlines.Count);
        run.Servers[0]!.Udp.SendTo(question.Reply(LoopbackDnsServer.Text(question.Name, "late")).Bytes, client);
        var next = run.Ask("b.example", TestContext.Current.CancellationToken);
        var (other, from) = run.Servers[0]!.Next();
        Assert.Equal("b.example", other.Name);
        run.Servers[0]!.Udp.SendTo(other.Reply(LoopbackDnsServer.Text(other.Name, "x")).Bytes, from);
        Assert.Equal(["x"], (await next.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Texts);
        Assert.Equal((0L, 0L, 0L, 0L), run.Counted);
        Assert.Equal(0, run.Servers[0]!.Udp.Available);
    }

    /// <summary>Servers that do as they are told, and a note of each question, with how long it waited when nothing came.</summary>
    private sealed class Run : IDisposable
    {
        private readonly string[] _ways;
        private readonly int[] _asked;
        private readonly CachingResolver _resolver;
        private readonly DnsServer[] _servers;
        private readonly List<Socket> _connections = [];
        private readonly StringBuilder _said = new();

        public Run(string ways, int timeout, int retries, ResolvConf conf, StubResolverOptions? options = null)
        {
            _ways = ways.Contains(' ', StringComparison.Ordinal) || ways.Distinct().Count() > 1 || ways[0] != 'T' ? ways.Split(' ') : [.. ways.Select(static way => $"{way}")];
            _asked = new int[_ways.Length];
            Parts = new StubParts((options ?? new StubResolverOptions()) with { Timeout = TimeSpan.FromSeconds(timeout), Retries = retries, DatagramReceiver = static () => null });
            Servers = [.. _ways.Select(static way => way == "U" ? null : HandServer.Listening())];
            _servers = [.. Servers.Select(server => new DnsServer(server?.EndPoint ?? Closed(), Parts.Context))];
            var set = new ServerSet([.. _servers], conf);
            _resolver = new CachingResolver(query => new Lookup(query, set, Parts.Context).Start(), 0, TimeSpan.FromDays(1), Parts.Time);
        }

        public StubParts Parts { get; }

        public HandServer?[] Servers { get; }

        public List<LoopbackDnsServer.Question> Questions { get; } = [];

        public string[] Names => [.. Questions.Select(static question => question.Name)];

        public string Said => _said.ToString();

        public (long Retries, long Timeouts, long Streams, long Strays) Counted =>
            (Parts.Counters.Retries, Parts.Counters.Timeouts, Parts.Counters.Streams, Parts.Counters.Strays);

        public string NameOf(int server) => _servers[server].Name;

        public Task<DnsResponse> Ask(string name, CancellationToken cancellationToken) =>
            _resolver.QueryAsync(new DnsQuestion(DomainName.Parse(name).Value!, DnsRecordType.Txt), cancellationToken).AsTask();

        public async Task<DnsResponse> EndAsync(string name = "a.example")
        {
            var asking = Ask(name, TestContext.Current.CancellationToken);
            var until = Environment.TickCount64 + 60_000;
            while (!asking.IsCompleted)
            {
                Assert.True(Environment.TickCount64 < until, $"no end after {Said}");
                var ready = Servers.OfType<HandServer>().SelectMany(static server => (Socket[])[server.Udp, server.Tcp]).Concat(_connections).ToList();
                if (ready.Count == 0)
                {
                    await Task.Delay(1, TestContext.Current.CancellationToken);
                    continue;
                }

                Socket.Select(ready, null, null, 1000);
                ready.ForEach(Serve);
            }

            return await asking;
        }

        public void Dispose()
        {
            Array.ForEach(_servers, static server => server.Dispose());
            Array.ForEach(Servers, static server => server?.Dispose());
            _connections.ForEach(static connection => connection.Dispose());
            Parts.Dispose();
        }

        private static IPEndPoint Closed()
        {
            using var server = HandServer.Listening();
            return server.EndPoint;
        }

        private void Serve(Socket socket)
        {
            for (var i = 0; i < Servers.Length; i++)
            {
                if (socket == Servers[i]?.Udp)
                {
                    var (question, client) = Servers[i]!.Next();
                    Questions.Add(question);
                    _said.Append(_said.Length == 0 ? "" : " ").Append(i).Append(question.Bytes[11] == 0 ? "-" : "");
                    var way = _ways[i][Math.Min(_asked[i]++, _ways[i].Length - 1)];
                    if (Answer(way, question) is { } answer)
                    {
                        Servers[i]!.Udp.SendTo(answer, client);
                    }
                    else
                    {
                        NoteWait();
                    }

                    return;
                }

                if (socket == Servers[i]?.Tcp)
                {
                    _connections.Add(Servers[i]!.Accept());
                    return;
                }
            }

            Stream(socket);
        }

        private void Stream(Socket connection)
        {
            if (HandServer.NextOf(connection) is not { } question)
            {
                _connections.Remove(connection);
                connection.Dispose();
                return;
            }

            var i = Array.FindIndex(Servers, server => server is not null && server.EndPoint.Equals(connection.LocalEndPoint));
            _said.Append(' ').Append(i).Append("tcp").Append(question.Bytes[11] == 0 ? "-" : "");
            switch (_ways[i][^1])
            {
                case 'Y':
                    _connections.Remove(connection);
                    connection.Dispose();
                    break;
                case 'Z':
                    NoteWait();
                    break;
                default:
                    HandServer.SendFrame(connection, question.Reply(LoopbackDnsServer.Text(question.Name, "x")).Bytes);
                    break;
            }
        }

        // The clock moves until the try ends; a tick of 20 ms is how exactly deadlines are kept.
        private void NoteWait()
        {
            var started = Parts.Time.GetTimestamp();
            var timeouts = Parts.Counters.Timeouts;

            // The next try may begin before the clock's turn ends; the timeout is counted before that.
            while (Parts.Deadlines.Count > 0 && Parts.Counters.Timeouts == timeouts)
            {
                Parts.Time.Advance(TimeSpan.FromMilliseconds(20));
            }

            _said.Append(':').Append(Parts.Time.GetElapsedTime(started).TotalSeconds.ToString("0.####", CultureInfo.InvariantCulture));
        }

        private static byte[]? Answer(char way, LoopbackDnsServer.Question question)
        {
            var text = LoopbackDnsServer.Text(question.Name, "x");
            return way switch
            {
                'A' => question.Reply(0x20, 0, [text], []).Bytes,
                'N' => question.Reply(0, 3, [], []).Bytes,
                'D' => question.Reply(0, 0, [], []).Bytes,
                'S' => question.Reply(0, 2, [], []).Bytes,
                'R' => question.Reply(0, 5, [], []).Bytes,
                'F' => [.. question.Reply(text).Bytes[..^1]],
                'E' => question.Bytes[11] == 0 ? question.Reply(text).Bytes : question.Reply(0, 1, [], []).Bytes,
                'L' => question.Name == "a.example" ? question.Reply(LoopbackDnsServer.Alias(question.Name, "end.example")).Bytes : question.Reply(text).Bytes,
                'X' or 'Y' or 'Z' => question.Reply(0x200, 0, [], []).Bytes,
                _ => null,
            };
        }
    }
}
