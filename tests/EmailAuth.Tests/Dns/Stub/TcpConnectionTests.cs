using System.Net.Sockets;
using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>One connection: its frames, whose answer is whose, and when it closes.</summary>
public sealed class TcpConnectionTests : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private readonly StubParts _parts = new();
    private readonly HandServer _server = HandServer.Listening();
    private readonly TcpConnection _connection;

    public TcpConnectionTests() => _connection = new TcpConnection(_server.EndPoint, _parts.Deadlines, _parts.Counters);

    public void Dispose()
    {
        _connection.Dispose();
        _server.Dispose();
        _parts.Dispose();
    }

    [Fact]
    public async Task Answers_come_in_any_order_and_in_any_pieces()
    {
        var tries = Enumerable.Range(0, 3).Select(i => Send($"n{i}.example")).ToArray();
        Assert.Equal(3, _parts.Deadlines.Count);
        using var accepted = _server.Accept();
        Assert.Equal(
            tries.Select(static one => Convert.ToHexString(one.Exchange.Query.Datagram.Span)).Order(),
            Enumerable.Range(0, 3).Select(_ => Convert.ToHexString(HandServer.NextOf(accepted)!.Bytes)).Order());

        // The third one whole with the start of the first, whose rest comes with the second.
        var frames = tries.Select(static (one, i) => Frame(StubParts.AnswerTo(one.Exchange, $"text {i}"))).ToArray();
        accepted.Send([.. frames[2], .. frames[0][..1]]);
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(tries[2].End));
        Assert.Equal((2, false, false), (_parts.Deadlines.Count, tries[0].End.IsCompleted, tries[1].End.IsCompleted));
        accepted.Send([.. frames[0][1..], .. frames[1]]);
        Assert.Equal((ExchangeEnd.Answered, ExchangeEnd.Answered), (await StubParts.Soon(tries[0].End), await StubParts.Soon(tries[1].End)));
        Assert.Equal(["text 0", "text 1", "text 2"], tries.Select(static one => Assert.Single(one.Exchange.Response!.Texts)));
        Assert.Equal((0, 0L, false), (_parts.Deadlines.Count, _parts.Counters.Strays, _connection.IsOver));

        // It is kept.
        var (later, laterEnd) = Send("later.example");
        Assert.Equal("later.example", HandServer.NextOf(accepted)!.Name);
        HandServer.SendFrame(accepted, StubParts.AnswerTo(later));
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(laterEnd));
    }

    // The buffer begins with 4,096 octets and grows when it is full.
    [Theory]
    [InlineData(4093)]
    [InlineData(4094)]
    [InlineData(4095)]
    [InlineData(8191)]
    [InlineData(65_535)]
    public async Task An_answer_of_any_length_is_read(int length)
    {
        var (exchange, end) = Send();
        var (next, nextEnd) = Send("next.example");
        using var accepted = _server.Accept();
        Assert.NotNull(HandServer.NextOf(accepted));
        var answer = StubParts.AnswerTo(exchange);
        Array.Resize(ref answer, length);
        accepted.Send([.. Frame(answer), .. Frame(StubParts.AnswerTo(next, "next"))]);
        Assert.Equal((ExchangeEnd.Answered, ExchangeEnd.Answered), (await StubParts.Soon(end), await StubParts.Soon(nextEnd)));
        Assert.Equal(("x", "next"), (exchange.Response!.Texts[0], next.Response!.Texts[0]));
        Assert.Equal(0, _parts.Counters.Strays);
    }

    [Fact]
    public async Task A_truncated_answer_is_malformed_and_a_bare_header_may_be_an_answer()
    {
        var (exchange, end) = Send();
        var (refused, refusedEnd) = Send();
        using var accepted = _server.Accept();
        var answer = StubParts.AnswerTo(exchange);
        answer[2] |= 2;
        HandServer.SendFrame(accepted, answer);
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(end));
        Assert.Equal("an answer truncated over TCP", exchange.Response!.Detail);
        HandServer.SendFrame(accepted, [(byte)(refused.Query.Id >> 8), (byte)refused.Query.Id, 0x81, 0x84, .. new byte[8]]);
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(refusedEnd));
        Assert.Equal(("NOTIMP", 0L), (refused.Response!.Detail, _parts.Counters.Strays));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("11 octets")]
    [InlineData("another number")]
    [InlineData("another question")]
    [InlineData("answered before")]
    public async Task Past_sixteen_messages_that_answer_nothing_it_closes(string kind)
    {
        var (answered, answeredEnd) = Send();
        var (exchange, end) = Send();
        using var accepted = _server.Accept();
        HandServer.SendFrame(accepted, StubParts.AnswerTo(answered));
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(answeredEnd));
        var stray = kind switch
        {
            "empty" => [],
            "11 octets" => StubParts.AnswerTo(exchange)[..11],
            "another question" => StubParts.AnswerTo(exchange),
            _ => StubParts.AnswerTo(answered),
        };
        if (kind is "another number" or "another question")
        {
            stray[kind == "another number" ? 0 : 13] ^= 1;
            stray[0] ^= (byte)(kind == "another number" && ((stray[0] << 8) | stray[1]) == exchange.Query.Id ? 2 : 0);
        }

        // Sixteen, and one after which what has come so far has been read.
        for (var i = 0; i < 16; i++)
        {
            HandServer.SendFrame(accepted, stray);
        }

        var (sentinel, sentinelEnd) = Send();
        HandServer.SendFrame(accepted, StubParts.AnswerTo(sentinel));
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(sentinelEnd));
        Assert.Equal((16L, false, false), (_parts.Counters.Strays, end.IsCompleted, _connection.IsOver));
        HandServer.SendFrame(accepted, stray);
        Assert.Equal(ExchangeEnd.Closed, await StubParts.Soon(end));
        Assert.Equal((17L, true, 0), (_parts.Counters.Strays, _connection.IsOver, _parts.Deadlines.Count));
        Assert.False(_connection.TrySend(StubParts.Ask().Exchange, _parts.Context.Random, Wait));
    }

    [Fact]
    public async Task A_retired_connection_closes_with_its_last_answer()
    {
        var (first, firstEnd) = Send();
        var (second, secondEnd) = Send();
        using var accepted = _server.Accept();
        _connection.Retire();
        Assert.True(_connection.IsOver);
        Assert.False(_connection.TrySend(StubParts.Ask().Exchange, _parts.Context.Random, Wait));
        Assert.Equal(2, _parts.Deadlines.Count);
        HandServer.SendFrame(accepted, StubParts.AnswerTo(first));
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(firstEnd));
        Assert.False(secondEnd.IsCompleted);
        HandServer.SendFrame(accepted, StubParts.AnswerTo(second));
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(secondEnd));
        AssertIsLeft(accepted);
    }

    [Fact]
    public void A_retired_connection_closes_when_the_last_one_gives_up()
    {
        var (first, firstEnd) = Send();
        var (second, secondEnd) = Send();
        using var accepted = _server.Accept();
        Assert.NotNull(HandServer.NextOf(accepted));
        Assert.NotNull(HandServer.NextOf(accepted));
        Assert.False(_connection.TryAbandon(first, second.Query.Id));
        Assert.False(_connection.TryAbandon(first, Unused(first, second)));
        Assert.True(_connection.TryAbandon(first, first.Query.Id));
        Assert.False(_connection.TryAbandon(first, first.Query.Id));
        _connection.Retire();

        // Its late answer is not a stray one, and the other question still waits.
        HandServer.SendFrame(accepted, StubParts.AnswerTo(first));
        HandServer.SendFrame(accepted, []);
        Assert.True(SpinWait.SpinUntil(() => _parts.Counters.Strays == 1, TimeSpan.FromSeconds(60)));
        Assert.False(accepted.Poll(0, SelectMode.SelectRead));
        Assert.True(_connection.TryAbandon(second, second.Query.Id));
        AssertIsLeft(accepted);
        Assert.Equal((1L, false, false), (_parts.Counters.Strays, firstEnd.IsCompleted, secondEnd.IsCompleted)); // those who gave up end them
    }

    // That an asker gave up is not the server's fault, and the other questions on the connection go on.
    [Fact]
    public async Task Answers_to_questions_that_were_given_up_are_not_strays()
    {
        var (exchange, end) = Send();
        var late = Enumerable.Range(0, 20).Select(i => Send($"n{i}.example").Exchange).ToArray();
        using var accepted = _server.Accept();
        foreach (var one in late)
        {
            Assert.True(_connection.TryAbandon(one, one.Query.Id));
            HandServer.SendFrame(accepted, StubParts.AnswerTo(one));
        }

        HandServer.SendFrame(accepted, StubParts.AnswerTo(exchange));
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(end));
        Assert.Equal((0L, false), (_parts.Counters.Strays, _connection.IsOver));

        // Each of them once.
        HandServer.SendFrame(accepted, StubParts.AnswerTo(late[0]));
        Assert.True(SpinWait.SpinUntil(() => _parts.Counters.Strays == 1, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void A_connection_on_which_very_many_questions_were_given_up_takes_no_more()
    {
        for (var i = 0; i <= TcpConnection.MaxGivenUp; i++)
        {
            Assert.False(_connection.IsOver);
            var exchange = Send().Exchange;
            Assert.True(_connection.TryAbandon(exchange, exchange.Query.Id));
        }

        Assert.True(_connection.IsOver);
        Assert.False(_connection.TrySend(StubParts.Ask().Exchange, _parts.Context.Random, Wait));
    }

    [Fact]
    public void One_that_gives_up_leaves_a_connection_open_that_is_not_retired()
    {
        var (first, _) = Send();
        using var accepted = _server.Accept();
        Assert.NotNull(HandServer.NextOf(accepted));
        Assert.True(_connection.TryAbandon(first, first.Query.Id));
        Assert.False(_connection.IsOver);
        Send();
        Assert.NotNull(HandServer.NextOf(accepted));
        _connection.Retire();
        Assert.False(accepted.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public void Retiring_closes_at_once_when_nobody_waits()
    {
        var (first, _) = Send();
        using var accepted = _server.Accept();
        Assert.NotNull(HandServer.NextOf(accepted));
        Assert.True(_connection.TryAbandon(first, first.Query.Id));
        _connection.Retire();
        AssertIsLeft(accepted);
    }

    [Theory]
    [InlineData("disposed")]
    [InlineData("closed by the server")]
    [InlineData("reset by the server")]
    public async Task All_that_wait_end_with_the_connection(string how)
    {
        var tries = Enumerable.Range(0, 3).Select(_ => Send()).ToArray();
        var accepted = _server.Accept();
        Assert.NotNull(HandServer.NextOf(accepted));
        if (how == "disposed")
        {
            _connection.Dispose();
        }
        else
        {
            accepted.LingerState = new LingerOption(how == "reset by the server", 0);
            accepted.Dispose();
        }

        foreach (var (_, end) in tries)
        {
            Assert.Equal(ExchangeEnd.Closed, await StubParts.Soon(end));
        }

        Assert.Equal((0, true), (_parts.Deadlines.Count, _connection.IsOver));
        Assert.False(_connection.TrySend(StubParts.Ask().Exchange, _parts.Context.Random, Wait));
        accepted.Dispose();
    }

    [Fact]
    public async Task A_port_that_is_closed_ends_what_waits()
    {
        _server.Tcp.Dispose();
        var (_, end) = Send();
        Assert.Equal(ExchangeEnd.Closed, await StubParts.Soon(end));
        Assert.Equal((true, 0), (_connection.IsOver, _parts.Deadlines.Count));
    }

    [Fact]
    public void Questions_that_wait_have_different_numbers()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => Send().Exchange.Query.Id).ToArray();
        Assert.Equal((1000, 1000), (ids.Distinct().Count(), _parts.Deadlines.Count));
    }

    private static ushort Unused(Exchange first, Exchange second)
    {
        ushort id = 0;
        while (id == first.Query.Id || id == second.Query.Id)
        {
            id++;
        }

        return id;
    }

    private static byte[] Frame(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static void AssertIsLeft(Socket accepted)
    {
        while (HandServer.NextOf(accepted) is not null)
        {
            // Questions that were sent before.
        }
    }

    private (Exchange Exchange, Task<ExchangeEnd> End) Send(string name = "a.example")
    {
        var (exchange, end) = StubParts.Ask(name);
        Assert.True(_connection.TrySend(exchange, _parts.Context.Random, Wait));
        return (exchange, end);
    }
}
