using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>What a server keeps for the next question, until it is idle or disposed of; and in which order servers are asked.</summary>
public sealed class DnsServerTests : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private readonly StubParts _parts = new();
    private readonly HandServer _hand = HandServer.Listening();
    private readonly DnsServer _server;

    public DnsServerTests() => _server = new DnsServer(_hand.EndPoint, _parts.Context);

    public void Dispose()
    {
        _server.Dispose();
        _hand.Dispose();
        _parts.Dispose();
    }

    [Fact]
    public async Task A_question_goes_over_a_socket_that_is_kept()
    {
        Assert.Equal((_hand.EndPoint, _hand.EndPoint.ToString(), 0), (_server.EndPoint, _server.Name, _server.SocketCount));
        var (exchange, end) = StubParts.Ask();
        _server.Ask(exchange, Wait);
        var (question, client) = _hand.Next();
        Assert.Equal((1, "a.example"), (_server.SocketCount, question.Name));
        _hand.Udp.SendTo(StubParts.AnswerTo(exchange), client);
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(end));
        Assert.Equal(1, _server.SocketCount);
    }

    [Fact]
    public async Task A_connection_is_kept_until_it_is_left_idle_or_disposed_of()
    {
        foreach (var leave in new Action[] { _server.LeaveConnection, _server.Idle })
        {
            var (first, firstEnd) = AskOverTcp();
            using var accepted = _hand.Accept();
            Assert.NotNull(HandServer.NextOf(accepted));
            var (second, secondEnd) = AskOverTcp();
            Assert.NotNull(HandServer.NextOf(accepted));
            leave();
            HandServer.SendFrame(accepted, StubParts.AnswerTo(first));
            HandServer.SendFrame(accepted, StubParts.AnswerTo(second)); // those that wait get their answers
            Assert.Equal((ExchangeEnd.Answered, ExchangeEnd.Answered), (await StubParts.Soon(firstEnd), await StubParts.Soon(secondEnd)));
            Assert.Null(HandServer.NextOf(accepted));
        }

        var (third, thirdEnd) = AskOverTcp();
        using var last = _hand.Accept();
        Assert.NotNull(HandServer.NextOf(last));
        _server.Dispose();
        Assert.Equal(ExchangeEnd.Closed, await StubParts.Soon(thirdEnd));
        Assert.False(third.IsWaiting);
    }

    [Fact]
    public async Task A_question_alone_has_a_connection_of_its_own_that_closes_with_it()
    {
        var (kept, keptEnd) = AskOverTcp();
        using var first = _hand.Accept();
        Assert.NotNull(HandServer.NextOf(first));
        var (alone, aloneEnd) = AskOverTcp(isAlone: true);
        using var second = _hand.Accept();
        Assert.NotNull(HandServer.NextOf(second));
        HandServer.SendFrame(second, StubParts.AnswerTo(alone));
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(aloneEnd));
        Assert.Null(HandServer.NextOf(second));
        HandServer.SendFrame(first, StubParts.AnswerTo(kept));
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(keptEnd));
        var (again, againEnd) = AskOverTcp();
        Assert.NotNull(HandServer.NextOf(first));
        HandServer.SendFrame(first, StubParts.AnswerTo(again));
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(againEnd));
    }

    [Fact]
    public async Task A_connection_that_is_over_is_replaced()
    {
        var (_, end) = AskOverTcp();
        var accepted = _hand.Accept();
        Assert.NotNull(HandServer.NextOf(accepted));
        accepted.Dispose();
        Assert.Equal(ExchangeEnd.Closed, await StubParts.Soon(end));
        var (next, nextEnd) = AskOverTcp();
        using var other = _hand.Accept();
        Assert.NotNull(HandServer.NextOf(other));
        HandServer.SendFrame(other, StubParts.AnswerTo(next));
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(nextEnd));
    }

    [Fact]
    public async Task Idle_closes_the_sockets_and_the_next_question_opens_one()
    {
        _server.Ask(StubParts.Ask().Exchange, Wait);
        _server.Idle();
        Assert.Equal(0, _server.SocketCount);
        _server.Ask(StubParts.Ask().Exchange, Wait);
        Assert.Equal(1, _server.SocketCount);
        _server.Dispose();
        Assert.Equal(0, _server.SocketCount);
        foreach (var overTcp in new bool?[] { null, false, true })
        {
            var (exchange, end) = StubParts.Ask();
            if (overTcp is { } isAlone)
            {
                _server.AskOverTcp(exchange, Wait, isAlone);
            }
            else
            {
                _server.Ask(exchange, Wait);
            }

            Assert.True(end.IsCompleted);
            Assert.Equal((overTcp, overTcp is null ? ExchangeEnd.Unreachable : ExchangeEnd.Closed), (overTcp, await end));
        }

        _server.Idle();
        _server.LeaveConnection();
        Assert.Equal(0, _server.SocketCount);
    }

    // On a thread of its own, so that a question without an end fails the test.
    [Fact]
    public async Task Where_strays_closed_the_socket_and_no_other_can_be_opened_the_question_ends()
    {
        var endPoint = new IPEndPoint(_hand.EndPoint.Address, _hand.EndPoint.Port);
        using var server = new DnsServer(endPoint, _parts.Context);
        var (first, firstEnd) = StubParts.Ask();
        server.Ask(first, Wait);
        var (_, client) = _hand.Next();
        for (var i = 0; i < 17; i++)
        {
            _hand.Udp.SendTo("x"u8, SocketFlags.None, client);
        }

        Assert.Equal(ExchangeEnd.Suspicious, await StubParts.Soon(firstEnd));
        endPoint.Address = IPAddress.Broadcast; // the system opens no socket to it
        var (second, secondEnd) = StubParts.Ask();
        var asked = Task.Run(
            () =>
            {
                server.Ask(second, Wait);
                return secondEnd;
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(ExchangeEnd.Unreachable, await StubParts.Soon(asked));
        Assert.Equal(0, server.SocketCount);
    }

    [Fact]
    public async Task Where_the_system_gives_no_socket_a_question_ends_over_UDP_and_TCP()
    {
        using var server = new DnsServer(new WithoutSockets(), _parts.Context);
        var (exchange, end) = StubParts.Ask();
        server.Ask(exchange, Wait);
        Assert.Equal(ExchangeEnd.Unreachable, await StubParts.Soon(end));
        foreach (var isAlone in new[] { false, true })
        {
            var (other, otherEnd) = StubParts.Ask();
            server.AskOverTcp(other, Wait, isAlone);
            Assert.True(otherEnd.IsCompleted);
            Assert.Equal(ExchangeEnd.Closed, await otherEnd);
        }
    }

    // Those that rest come last, and those that were passed not at all.
    [Theory]
    [InlineData("...", 0, 0, 0)]
    [InlineData("...", 1, 0, 1)]
    [InlineData("...", 2, 0, 2)]
    [InlineData("...", 0, 1, 1)]
    [InlineData("...", 0, 3, 2)]
    [InlineData("...", 2, 4, 0)]
    [InlineData("...", 1, 6, 0)]
    [InlineData("...", 0, 7, -1)]
    [InlineData("R..", 0, 0, 1)]
    [InlineData("R..", 2, 4, 1)]
    [InlineData("RR.", 0, 0, 2)]
    [InlineData("RR.", 0, 4, 0)]
    [InlineData("RR.", 1, 4, 1)]
    [InlineData("RRR", 0, 0, 0)]
    [InlineData("RRR", 2, 0, 2)]
    [InlineData("RRR", 2, 4, 0)]
    [InlineData("RRR", 0, 7, -1)]
    public void The_next_server_is_the_first_in_turn_that_does_not_rest(string servers, int start, uint passed, int expected)
    {
        var all = servers.Select((rests, i) =>
        {
            var server = new DnsServer(new IPEndPoint(IPAddress.Loopback, i + 1), _parts.Context);
            if (rests == 'R')
            {
                server.Note(ExchangeEnd.Unreachable);
            }

            return server;
        }).ToArray();
        var conf = new ResolvConf();
        var set = new ServerSet([.. all], conf);
        Assert.Equal((expected, conf), (set.Next(start, passed), set.Conf));
        Assert.Equal(all, set.Servers);
        Assert.Equal([0, 0, 1, 2, 0, 1, 0], new[] { set.Start(false), set.Start(false), set.Start(true), set.Start(true), set.Start(true), set.Start(true), set.Start(false) });
        Assert.Equal(16, ServerSet.MaxServers);
    }

    private (Exchange Exchange, Task<ExchangeEnd> End) AskOverTcp(bool isAlone = false)
    {
        var (exchange, end) = StubParts.Ask();
        _server.AskOverTcp(exchange, Wait, isAlone);
        return (exchange, end);
    }

    // A family of addresses that no system here has: a socket of it cannot be made, as when no descriptor is free.
    private sealed class WithoutSockets() : IPEndPoint(IPAddress.Loopback, 53)
    {
        public override AddressFamily AddressFamily => AddressFamily.AppleTalk;
    }
}
