using System.Net;
using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>How many sockets there are, how long each serves, and what becomes of one that does not.</summary>
public sealed class UdpSocketsTests : IDisposable
{
    private readonly StubParts _parts = new();
    private readonly IPEndPoint _endPoint = new(IPAddress.Loopback, 53);
    private readonly UdpSockets _sockets;

    public UdpSocketsTests() => _sockets = new UdpSockets(_endPoint, _parts.Context);

    public void Dispose()
    {
        _sockets.Close(forGood: true);
        _parts.Dispose();
    }

    // Each draw of a place without a socket opens one; all places are drawn but for a chance below 10^-15.
    [Theory]
    [InlineData(0, 4000, 64)]
    [InlineData(31, 4000, 64)]
    [InlineData(1039, 30_000, 64)]
    [InlineData(1040, 30_000, 65)]
    [InlineData(4095, 100_000, 255)]
    [InlineData(5000, 100_000, 256)]
    public void There_is_a_socket_for_sixteen_questions_and_between_64_and_256(int waiting, int draws, int expected)
    {
        Begin(waiting);
        for (var i = 0; i < draws; i++)
        {
            var socket = _sockets.Take()!;
            socket.UsesLeft++; // none is worn out
        }

        Assert.Equal(expected, _sockets.Count);
    }

    [Fact]
    public void There_are_no_fewer_when_less_is_asked()
    {
        Begin(1600);
        for (var i = 0; i < 40_000; i++)
        {
            _sockets.Take()!.UsesLeft++;
        }

        Assert.Equal(100, _sockets.Count);
        _parts.Deadlines.Dispose();
        Assert.Equal(0, _parts.Deadlines.Count);
        var used = Enumerable.Range(0, 3000).Select(_ => _sockets.Take()!.Port).Distinct().Count();
        Assert.Equal((100, true), (_sockets.Count, used > 95));
    }

    [Fact]
    public void A_socket_serves_between_200_and_399_questions()
    {
        var uses = new Dictionary<UdpSocket, int>();
        for (var i = 0; i < 2000; i++)
        {
            var socket = _sockets.Take()!;
            uses.TryAdd(socket, socket.UsesLeft + 1);
        }

        Assert.Equal(64, _sockets.Count);
        Assert.All(uses.Values, left => Assert.InRange(left, 200, 399));
        Assert.True(uses.Values.Distinct().Count() > 20, "as many are drawn as there are sockets, of 200 numbers");

        // Each question is one of them.
        var before = uses.Keys.ToDictionary(static socket => socket, static socket => socket.UsesLeft);
        var taken = Enumerable.Range(0, 500).Select(_ => _sockets.Take()!).CountBy(static socket => socket);
        Assert.All(taken, pair => Assert.Equal(before[pair.Key] - pair.Value, pair.Key.UsesLeft));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("worn out")]
    [InlineData("one use left")]
    [InlineData("retired")]
    [InlineData("ten seconds old")]
    [InlineData("older")]
    public void A_socket_that_must_go_is_replaced_when_it_is_drawn(string what)
    {
        var first = Fill();
        foreach (var socket in first)
        {
            socket.UsesLeft = what == "worn out" ? 0 : what == "one use left" ? 1 : socket.UsesLeft;
            if (what == "retired")
            {
                socket.Retire();
            }
        }

        _parts.Time.Advance(TimeSpan.FromSeconds(what is "older" or "ten seconds old" ? 10 : 0) + TimeSpan.FromTicks(what == "older" ? 1 : 0));
        var taken = _sockets.Take()!;
        var isReplaced = what is "worn out" or "retired" or "older";
        Assert.Equal(!isReplaced, first.Contains(taken));
        Assert.Equal(64, _sockets.Count);
        Assert.Equal(what == "retired" ? 64 : isReplaced ? 1 : 0, first.Count(static socket => socket.IsRetired));
        Assert.False(taken.IsRetired);
    }

    // From 32 questions on, eight in a row; the row ends when fewer wait.
    [Fact]
    public void A_row_has_eight_questions_while_32_wait()
    {
        Fill();
        var exchanges = Begin(32);
        Assert.Single(Enumerable.Range(0, 7).Select(_ => _sockets.Take()).Distinct()); // the rest of the last one's
        for (var row = 0; row < 30; row++)
        {
            Assert.Single(Enumerable.Range(0, 8).Select(_ => _sockets.Take()).Distinct());
        }

        var starts = Enumerable.Range(0, 100).Select(_ => Enumerable.Range(0, 8).Select(_ => _sockets.Take()).ToArray()[0]).Distinct().Count();
        Assert.True(starts > 30, $"{starts} of 64");
        _parts.Deadlines.Remove(exchanges[0]);
        var alone = Enumerable.Range(0, 400).Select(_ => _sockets.Take()).ToArray();
        Assert.InRange(alone.Zip(alone.Skip(1)).Count(static pair => ReferenceEquals(pair.First, pair.Second)), 0, 40); // some 6 by chance
    }

    [Theory]
    [InlineData("one use left")]
    [InlineData("ten seconds old")]
    [InlineData("older")]
    [InlineData("retired")]
    public void A_row_goes_on_only_while_its_socket_may_be_used(string what)
    {
        Fill();
        Begin(40);
        UdpSocket? row;
        do
        {
            row = _sockets.Take();
        }
        while (!ReferenceEquals(row, _sockets.Take()) || _sockets.Take() != row);

        row!.UsesLeft = what == "one use left" ? 1 : row.UsesLeft;
        if (what == "retired")
        {
            row.Retire();
        }

        _parts.Time.Advance(TimeSpan.FromSeconds(what is "older" or "ten seconds old" ? 10 : 0) + TimeSpan.FromTicks(what == "older" ? 1 : 0));
        Assert.Equal(what is "one use left" or "ten seconds old", ReferenceEquals(row, _sockets.Take()));
        Assert.Equal(what == "ten seconds old", ReferenceEquals(row, _sockets.Take()) && ReferenceEquals(row, _sockets.Take()));
    }

    [Fact]
    public void Closing_retires_all_and_may_be_for_good()
    {
        var first = Fill();
        _sockets.Close(forGood: false);
        Assert.Equal(0, _sockets.Count);
        Assert.All(first, static socket => Assert.True(socket.IsRetired));
        var next = _sockets.Take();
        Assert.NotNull(next);
        Assert.Equal((1, false, false), (_sockets.Count, first.Contains(next), next.IsRetired));
        _sockets.Close(forGood: true);
        Assert.Equal((0, true, null), (_sockets.Count, next.IsRetired, _sockets.Take()));
        _sockets.Close(forGood: false);
        Assert.Null(_sockets.Take());
    }

    [Fact]
    public async Task Without_a_socket_there_is_none_to_take_and_the_question_ends()
    {
        var endPoint = new IPEndPoint(IPAddress.Broadcast, 53);
        var sockets = new UdpSockets(endPoint, _parts.Context);
        Assert.Equal((null, 0), (sockets.Take(), sockets.Count));
        using var server = new DnsServer(endPoint, _parts.Context);
        var (exchange, end) = StubParts.Ask();
        server.Ask(exchange, TimeSpan.FromSeconds(1));
        Assert.True(end.IsCompleted);
        Assert.Equal(ExchangeEnd.Unreachable, await end);
    }

    [Fact]
    public void Where_none_can_be_opened_a_retired_socket_is_passed_over_and_an_old_one_serves()
    {
        var first = Fill();
        var last = first.First();
        foreach (var socket in first.Where(socket => socket != last))
        {
            socket.Retire();
        }

        _endPoint.Address = IPAddress.Broadcast; // the system opens no socket to it
        _parts.Time.Advance(TimeSpan.FromSeconds(11));
        last.UsesLeft = 0;
        Assert.All(Enumerable.Range(0, 300).Select(_ => _sockets.Take()), socket => Assert.Same(last, socket));
        Assert.Equal((1, false), (_sockets.Count, last.IsRetired));
        last.Retire();
        Assert.Equal((null, 0), (_sockets.Take(), _sockets.Count));
        _endPoint.Address = IPAddress.Loopback;
        Assert.NotNull(_sockets.Take());
        Assert.Equal(1, _sockets.Count);
    }

    private HashSet<UdpSocket> Fill()
    {
        HashSet<UdpSocket> all = [];
        for (var i = 0; i < 4000; i++)
        {
            var socket = _sockets.Take()!;
            socket.UsesLeft = 300;
            all.Add(socket);
        }

        Assert.Equal((64, 64), (all.Count, _sockets.Count));
        return all;
    }

    private Exchange[] Begin(int count)
    {
        var waiting = Enumerable.Range(0, count).Select(static _ => new Exchange(null!)).ToArray();
        Array.ForEach(waiting, exchange => _parts.Deadlines.Add(exchange, new Nobody(), 0, TimeSpan.FromHours(1)));
        return waiting;
    }

    private sealed class Nobody : IExchangeCarrier
    {
        public bool TryAbandon(Exchange exchange, ushort id) => false;
    }
}
