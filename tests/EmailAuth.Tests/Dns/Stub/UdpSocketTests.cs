using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>What one socket makes of each message and each error, and when it closes.</summary>
public sealed class UdpSocketTests : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private readonly StubParts _parts = new();
    private readonly HandServer _server = new();
    private readonly UdpSocket _socket;

    public UdpSocketTests() => _socket = UdpSocket.Open(_server.EndPoint, _parts.Context, 7);

    public void Dispose()
    {
        _socket.Retire();
        _server.Dispose();
        _parts.Dispose();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task It_sends_from_its_own_port_and_hears_its_server(string address)
    {
        _parts.Time.Advance(TimeSpan.FromSeconds(3));
        using var server = new HandServer(IPAddress.Parse(address));
        var socket = UdpSocket.Open(server.EndPoint, _parts.Context, 9);
        Assert.Equal((9, _parts.Time.GetTimestamp(), false), (socket.UsesLeft, socket.Opened, socket.IsRetired));
        var (exchange, end) = StubParts.Ask();
        Assert.True(socket.TrySend(exchange, _parts.Context.Random, Wait));
        var (question, client) = server.Next();
        Assert.Equal((socket.Port, exchange.Query.Id), (((IPEndPoint)client).Port, (ushort)((question.Bytes[0] << 8) | question.Bytes[1])));
        Assert.Equal(exchange.Query.Datagram.ToArray(), question.Bytes);
        server.Udp.SendTo(StubParts.AnswerTo(exchange, "heard"), client);
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(end));
        Assert.Equal(["heard"], exchange.Response!.Texts);
        socket.Retire();
    }

    [Fact]
    public void An_answer_ends_its_question_once()
    {
        var exchange = Send();
        var other = Send();
        Assert.Equal(2, _parts.Deadlines.Count);
        Assert.True(_socket.TryHandle(SocketError.Success, StubParts.AnswerTo(exchange), out var ended));
        Assert.Same(exchange, ended);
        Assert.Equal(["x"], exchange.Response!.Texts);
        Assert.Equal((1, false, true, 0L), (_parts.Deadlines.Count, exchange.IsWaiting, other.IsWaiting, _parts.Counters.Strays));
        Assert.True(_socket.TryHandle(SocketError.Success, StubParts.AnswerTo(exchange), out ended));
        Assert.Equal((null, 1L), (ended, _parts.Counters.Strays));
    }

    [Fact]
    public void A_truncated_answer_ends_its_question_too()
    {
        var exchange = Send();
        var answer = StubParts.AnswerTo(exchange);
        answer[2] |= 2;
        Assert.True(_socket.TryHandle(SocketError.Success, answer, out var ended));
        Assert.Same(exchange, ended);
        Assert.Null(exchange.Response);
        exchange.Execute();
        Assert.Equal(ExchangeEnd.Truncated, exchange.Result);
    }

    [Fact]
    public void A_bare_header_may_be_an_answer_and_what_is_shorter_is_not()
    {
        var exchange = Send();
        byte[] header = [(byte)(exchange.Query.Id >> 8), (byte)exchange.Query.Id, 0x81, 0x81, .. new byte[8]];
        for (var length = 0; length < 12; length++)
        {
            Assert.True(_socket.TryHandle(SocketError.Success, header.AsSpan(0, length), out var nothing));
            Assert.Equal((null, length + 1L), (nothing, _parts.Counters.Strays));
        }

        Assert.True(_socket.TryHandle(SocketError.Success, header, out var ended));
        Assert.Equal((exchange, 12L), (ended, _parts.Counters.Strays));
    }

    [Fact]
    public void A_late_answer_is_not_a_stray_one_and_counts_once()
    {
        var exchange = Send();
        var answer = StubParts.AnswerTo(exchange);
        var id = exchange.Query.Id;
        Assert.False(_socket.TryAbandon(StubParts.Ask().Exchange, id)); // another one
        Assert.False(_socket.TryAbandon(exchange, (ushort)(id + 1)));
        Assert.True(_socket.TryAbandon(exchange, id));
        Assert.False(_socket.TryAbandon(exchange, id));
        Assert.True(_socket.TryHandle(SocketError.Success, answer, out var ended));
        Assert.Equal((null, 0L), (ended, _parts.Counters.Strays));
        Assert.True(_socket.TryHandle(SocketError.Success, answer, out ended));
        Assert.Equal((null, 1L), (ended, _parts.Counters.Strays));
    }

    // RFC 5452 section 9.1: more than sixteen messages that answer nothing, while a question waits.
    [Fact]
    public async Task Past_sixteen_strays_the_questions_that_saw_them_end_and_the_socket_retires()
    {
        var (first, firstEnd) = StubParts.Ask();
        var (second, secondEnd) = StubParts.Ask();
        Assert.True(_socket.TrySend(first, _parts.Context.Random, Wait));
        Stray(1);
        Assert.True(_socket.TrySend(second, _parts.Context.Random, Wait));
        Stray(15);
        Assert.Equal((16L, false, 2), (_parts.Counters.Strays, _socket.IsRetired, _parts.Deadlines.Count));
        Stray(1);
        Assert.Equal(ExchangeEnd.Suspicious, await StubParts.Soon(firstEnd));
        Assert.Equal((17L, true, 1, false), (_parts.Counters.Strays, _socket.IsRetired, _parts.Deadlines.Count, secondEnd.IsCompleted));

        // The answer to the first one is late, which is not a stray.
        Assert.True(_socket.TryHandle(SocketError.Success, StubParts.AnswerTo(first), out var ended));
        Assert.Equal((null, 17L), (ended, _parts.Counters.Strays));
        var (third, thirdEnd) = StubParts.Ask();
        Assert.True(_socket.TrySend(third, _parts.Context.Random, Wait)); // as one that drew the socket just before
        Stray(1);
        Assert.Equal(ExchangeEnd.Suspicious, await StubParts.Soon(secondEnd));
        Assert.Equal((18L, 1), (_parts.Counters.Strays, _parts.Deadlines.Count));
        Stray(15);
        Assert.Equal((33L, 1), (_parts.Counters.Strays, _parts.Deadlines.Count));
        Stray(1);
        Assert.Equal(ExchangeEnd.Suspicious, await StubParts.Soon(thirdEnd));
        Assert.Equal((34L, 0), (_parts.Counters.Strays, _parts.Deadlines.Count));
        Assert.False(_socket.TrySend(StubParts.Ask().Exchange, _parts.Context.Random, Wait)); // closed with the last one
    }

    [Fact]
    public async Task Each_error_ends_what_it_concerns()
    {
        foreach (var error in Enum.GetValues<SocketError>().Distinct())
        {
            using var parts = new StubParts();
            var socket = UdpSocket.Open(_server.EndPoint, parts.Context, 7);
            var tries = Enumerable.Range(0, 2).Select(static _ => StubParts.Ask()).ToArray();
            Array.ForEach(tries, one => Assert.True(socket.TrySend(one.Exchange, parts.Context.Random, Wait)));
            var goesOn = socket.TryHandle(error, StubParts.AnswerTo(tries[0].Exchange), out var ended);
            var expected = error switch
            {
                SocketError.Success => (true, false, 1, 0L, true),
                SocketError.MessageSize => (true, false, 2, 1L, true), // what does not fit is not read
                SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.HostUnreachable or SocketError.NetworkUnreachable => (true, false, 0, 0L, true),
                _ => (false, true, 0, 0L, false),
            };
            var opens = socket.TrySend(StubParts.Ask().Exchange, parts.Context.Random, Wait);
            Assert.Equal((error, expected), (error, (goesOn, socket.IsRetired, parts.Deadlines.Count - (opens ? 1 : 0), parts.Counters.Strays, opens)));
            Assert.Same(error == SocketError.Success ? tries[0].Exchange : null, ended);
            foreach (var (exchange, end) in expected.Item3 == 0 ? tries : [])
            {
                Assert.Equal(ExchangeEnd.Unreachable, await StubParts.Soon(end));
                Assert.True(socket.TryHandle(SocketError.Success, StubParts.AnswerTo(exchange), out ended));
                Assert.Null(ended);
            }

            Assert.Equal(expected.Item3 == 0 ? 2 : expected.Item4, parts.Counters.Strays); // nobody waits for it any more
            socket.Retire();
        }
    }

    [Fact]
    public void A_retired_socket_closes_with_its_last_question()
    {
        var first = Send();
        var second = Send();
        _socket.Dispose();
        Assert.True(_socket.IsRetired);
        var third = Send();
        Assert.True(_socket.TryAbandon(first, first.Query.Id));
        Assert.True(_socket.TryHandle(SocketError.Success, StubParts.AnswerTo(second), out var ended));
        Assert.Same(second, ended);
        var fourth = Send();
        Assert.True(_socket.TryAbandon(third, third.Query.Id));
        Assert.True(_socket.TryAbandon(fourth, fourth.Query.Id));
        Assert.Equal(3, _parts.Deadlines.Count); // who abandons a question forgets its deadline
        Assert.False(_socket.TrySend(StubParts.Ask().Exchange, _parts.Context.Random, Wait));
        _socket.Retire();
        Assert.False(_socket.TrySend(StubParts.Ask().Exchange, _parts.Context.Random, Wait));
    }

    [Fact]
    public void A_retired_socket_without_a_question_is_closed_at_once()
    {
        var exchange = Send();
        Assert.True(_socket.TryAbandon(exchange, exchange.Query.Id));
        _socket.Retire();
        Assert.False(_socket.TrySend(StubParts.Ask().Exchange, _parts.Context.Random, Wait));
        Assert.Equal(1, _parts.Deadlines.Count);
    }

    [Fact]
    public void Its_reader_forgets_it_when_it_closes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has epoll.");
        var receiver = UdpReceiver.TryStart()!;
        using var parts = new StubParts(new EmailAuth.Dns.StubResolverOptions { DatagramReceiver = () => receiver });
        var one = UdpSocket.Open(_server.EndPoint, parts.Context, 7);
        var other = UdpSocket.Open(_server.EndPoint, parts.Context, 7);
        Assert.Equal(2, receiver.Count);
        var exchange = StubParts.Ask().Exchange;
        Assert.True(one.TrySend(exchange, parts.Context.Random, Wait));
        one.Retire();
        Assert.Equal(2, receiver.Count);
        Assert.True(one.TryAbandon(exchange, exchange.Query.Id));
        Assert.Equal(1, receiver.Count);
        other.Retire();
        Assert.Equal(0, receiver.Count);
    }

    [Fact]
    public void Questions_that_wait_have_different_numbers()
    {
        var ids = Enumerable.Range(0, 3000).Select(_ => Send().Query.Id).ToArray();
        Assert.Equal(3000, ids.Distinct().Count());
        Assert.Equal(3000, _parts.Deadlines.Count);
    }

    [Fact]
    public void A_server_without_a_route_gives_no_socket()
    {
        var thrown = Assert.Throws<SocketException>(() => UdpSocket.Open(new IPEndPoint(IPAddress.Broadcast, 53), _parts.Context, 1));
        Assert.NotEqual(SocketError.Success, thrown.SocketErrorCode);
        Assert.Equal(16, UdpSocket.MaxStrays);
    }

    private Exchange Send()
    {
        var exchange = StubParts.Ask().Exchange;
        Assert.True(_socket.TrySend(exchange, _parts.Context.Random, Wait));
        return exchange;
    }

    private void Stray(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True(_socket.TryHandle(SocketError.Success, [], out var ended));
            Assert.Null(ended);
        }
    }
}
