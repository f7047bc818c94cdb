using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>What comes together is read together, and each message once; by each way to read sockets.</summary>
public abstract class ReceiveTests
{
    private protected abstract UdpReceiver? Receiver { get; }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(9, 1)]
    [InlineData(17, 1)]
    [InlineData(100, 1)]
    [InlineData(300, 20)]
    public async Task Answers_that_come_together_each_end_their_question(int count, int sockets)
    {
        using var parts = new StubParts(new StubResolverOptions { DatagramReceiver = () => Receiver });
        using var server = new HandServer();
        var all = Enumerable.Range(0, sockets).Select(_ => UdpSocket.Open(server.EndPoint, parts.Context, 1)).ToArray();
        for (var round = 0; round < 2; round++)
        {
            var tries = Enumerable.Range(0, count).Select(i => StubParts.Ask($"n{i}.example")).ToArray();
            var asked = new List<(LoopbackDnsServer.Question Question, System.Net.EndPoint Client)>();
            for (var i = 0; i < count; i++)
            {
                Assert.True(all[i % sockets].TrySend(tries[i].Exchange, parts.Context.Random, TimeSpan.FromSeconds(5)));
                asked.Add(server.Next());
            }

            var answers = asked.ConvertAll(static one => one.Question.Reply(LoopbackDnsServer.Text(one.Question.Name, one.Question.Name)).Bytes);
            for (var i = 0; i < count; i++)
            {
                server.Udp.SendTo(answers[i], asked[i].Client);
            }

            foreach (var (exchange, end) in tries)
            {
                Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(end));
            }

            Assert.Equal(Enumerable.Range(0, count).Select(static i => $"n{i}.example"), tries.Select(static one => Assert.Single(one.Exchange.Response!.Texts)));
            Assert.Equal((0L, 0), (parts.Counters.Strays, parts.Deadlines.Count));
        }

        Array.ForEach(all, static socket => socket.Retire());
    }

    // A larger message than was asked for is cut short by the system: it is known by one byte more.
    [Theory]
    [InlineData(512, 512, true)]
    [InlineData(512, 513, false)]
    [InlineData(1232, 1232, true)]
    [InlineData(1232, 1233, false)]
    [InlineData(4096, 4096, true)]
    [InlineData(4096, 4097, false)]
    public async Task A_message_has_as_many_octets_as_were_asked_for(int most, int length, bool isWhole)
    {
        using var parts = new StubParts(new StubResolverOptions { DatagramReceiver = () => Receiver, UdpPayloadSize = most });
        using var server = new HandServer();
        var socket = UdpSocket.Open(server.EndPoint, parts.Context, 1);
        var (exchange, end) = StubParts.Ask();
        Assert.True(socket.TrySend(exchange, parts.Context.Random, TimeSpan.FromSeconds(5)));
        var (question, client) = server.Next();
        var small = question.Reply(LoopbackDnsServer.Text(question.Name, "x")).Bytes;
        var filler = LoopbackDnsServer.Record("f", 99, new byte[length - small.Length - 13]);
        var answer = question.Reply(LoopbackDnsServer.Text(question.Name, "x"), filler).Bytes;
        Assert.Equal(length, answer.Length);
        server.Udp.SendTo(answer, client);
        Assert.Equal(isWhole ? ExchangeEnd.Answered : ExchangeEnd.Truncated, await StubParts.Soon(end));
        Assert.Equal(isWhole ? "x" : null, exchange.Response?.Texts[0]);
        socket.Retire();
    }

    [Fact]
    public async Task What_answers_nothing_is_counted_and_the_answer_behind_it_is_read()
    {
        using var parts = new StubParts(new StubResolverOptions { DatagramReceiver = () => Receiver });
        using var server = new HandServer();
        var socket = UdpSocket.Open(server.EndPoint, parts.Context, 1);
        var (exchange, end) = StubParts.Ask();
        Assert.True(socket.TrySend(exchange, parts.Context.Random, TimeSpan.FromSeconds(5)));
        var (question, client) = server.Next();
        for (var i = 0; i < 16; i++)
        {
            server.Udp.SendTo(new byte[i], client);
        }

        server.Udp.SendTo(StubParts.AnswerTo(exchange), client);
        Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(end));
        Assert.Equal((16L, "a.example"), (parts.Counters.Strays, question.Name));
        socket.Retire();
    }
}
