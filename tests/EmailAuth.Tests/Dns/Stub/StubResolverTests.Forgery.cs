using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EmailAuth.Tests.TestSupport.LoopbackDnsServer;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>RFC 5452 section 9: what is not from the server asked, with our port, ID and question, is not an answer.</summary>
public abstract partial class StubResolverTests
{
    private static readonly Dictionary<string, Func<Question, byte[]>> Forge = new(StringComparer.Ordinal)
    {
        ["another ID"] = q => Changed(q.Reply(Text(q.Name, "forged")).Bytes, 0),
        ["an ID whose other octet differs"] = q => Changed(q.Reply(Text(q.Name, "forged")).Bytes, 1),
        ["another name"] = q => Changed(q.Reply(Text("b.example", "forged")).Bytes, 13),
        ["another type"] = q => Changed(q.Reply(Text(q.Name, "forged")).Bytes, q.Bytes.Length - 11 - 3),
        ["another class"] = q => Changed(q.Reply(Text(q.Name, "forged")).Bytes, q.Bytes.Length - 11 - 1),
        ["the query itself"] = q => q.Bytes,
        ["a response without its QR bit"] = q => With(q.Reply(Text(q.Name, "forged")).Bytes, 2, 0x01),
        ["another opcode"] = q => With(q.Reply(Text(q.Name, "forged")).Bytes, 2, 0xa1),
        ["no question"] = q => [.. With(q.Reply().Bytes, 5, 0)[..12]],
        ["two questions"] = q => With(q.Reply(Text(q.Name, "forged")).Bytes, 5, 2),
        ["an empty datagram"] = _ => [],
        ["four octets"] = _ => [1, 2, 3, 4],
        ["a header cut short"] = q => q.Reply().Bytes[..11],
        ["a question cut short"] = q => q.Reply().Bytes[..^1],
    };

    public static TheoryData<string> Forgeries => [.. Forge.Keys];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task What_does_not_answer_the_question_is_ignored_while_the_wait_goes_on(string forgery)
    {
        await using var server = new LoopbackDnsServer(q => [new Answer(Forge[forgery](q)), q.Reply(Text(q.Name, "genuine"))]);
        using var resolver = For(server, Patient);
        var response = await Ask(resolver);
        Assert.Equal((forgery, "genuine"), (forgery, Assert.Single(response.Texts)));
        Assert.Equal((1L, 0L, 0L), (resolver.Counters.Strays, resolver.Counters.Retries, resolver.Counters.Streams));
        Assert.Equal(1, server.Questions);
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task What_does_not_answer_the_question_is_never_used(string forgery)
    {
        await using var server = new LoopbackDnsServer(q => [new Answer(Forge[forgery](q))]);
        using var resolver = For(server, Hasty);
        var response = await Ask(resolver);
        Assert.Equal((forgery, DnsFailure.Timeout), (forgery, response.Failure));
        Assert.StartsWith("no answer from 127.0.0.1:", response.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.2", true)] // another address, the server's port
    [InlineData("127.0.0.1", false)] // the server's address, another port
    public async Task An_answer_from_elsewhere_is_never_used(string address, bool isSamePort)
    {
        using var forger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await using var server = new LoopbackDnsServer(_ => []);
        forger.Bind(new IPEndPoint(IPAddress.Parse(address), isSamePort ? server.EndPoint.Port : 0));
        var forged = 0;
        server.Asked = (question, client) =>
        {
            forger.SendTo(question.Reply(Text(question.Name, "v=spf1 +all")).Bytes, client);
            forged++;
        };
        using var resolver = For(server, Hasty);
        Assert.Equal(DnsFailure.Timeout, (await Ask(resolver)).Failure);
        Assert.Equal((1, 0L), (forged, resolver.Counters.Strays)); // the system drops it: it is not even seen
    }

    [Theory]
    [InlineData(16, false)]
    [InlineData(17, true)]
    public async Task Past_sixteen_messages_that_answer_nothing_the_question_goes_over_TCP(int strays, bool isTcp)
    {
        await using var server = new LoopbackDnsServer(q => q.IsTcp
            ? [q.Reply(Text(q.Name, "over TCP"))]
            : [.. Enumerable.Range(0, strays).Select(i => new Answer(Changed(q.Reply(Text(q.Name, "forged")).Bytes, 0))), q.Reply(Text(q.Name, "over UDP"))]);
        using var resolver = For(server, Patient);
        Assert.Equal([isTcp ? "over TCP" : "over UDP"], (await Ask(resolver)).Texts);
        Assert.Equal(isTcp ? 1 : 0, resolver.Counters.Streams);
        Assert.InRange(resolver.Counters.Strays, strays, strays + 1); // the right one comes late
    }

    [Fact]
    public async Task Mixed_case_must_be_repeated()
    {
        await using var server = new LoopbackDnsServer(q =>
        {
            var genuine = q.Reply(Text(q.Name, q.Name));
            var lower = q.Reply(Text(q.Name, "forged")).Bytes;
            for (var i = 12; i < 12 + q.Name.Length; i++)
            {
                lower[i] = char.IsAsciiLetterUpper((char)lower[i]) ? (byte)(lower[i] | 0x20) : lower[i];
            }

            return [new Answer(lower), genuine];
        });
        const string Name = "abcdefghijklmnopqrstuvwxyz.abcdefghijklmnopqrstuvwxyz.example"; // all in lower case: once in 2^59
        using var mixed = For(server, Patient with { UseMixedCase = true });
        var text = Assert.Single((await Ask(mixed, Name)).Texts);
        Assert.NotEqual(Name, text);
        Assert.Equal(Name, text.ToLowerInvariant());
        Assert.Equal(1, mixed.Counters.Strays);
        using var plain = For(server, Patient);
        Assert.Equal(["forged"], (await Ask(plain, Name)).Texts); // by default, case says nothing (RFC 4343)
    }

    [Fact]
    public async Task An_answer_sent_twice_does_not_reach_the_next_question()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, q.Name)), q.Reply(Text(q.Name, q.Name))]);
        using var resolver = For(server, Patient);
        for (var i = 0; i < 200; i++)
        {
            var name = $"n{i}.example";
            Assert.Equal([name], (await Ask(resolver, name)).Texts);
        }
    }

    [Fact]
    public async Task A_late_answer_is_not_a_stray_one()
    {
        Question? first = null;
        await using var server = new LoopbackDnsServer(q =>
        {
            (var late, first) = (first, first ?? q);
            return late is null ? [] : [late.Reply(Text(q.Name, "late")), q.Reply(Text(q.Name, "x"))];
        });
        using var resolver = For(server, Patient with { Timeout = TimeSpan.FromSeconds(1), Retries = 1 });
        Assert.Equal(["x"], (await Ask(resolver)).Texts);
        Assert.Equal((1L, 1L), (resolver.Counters.Retries, resolver.Counters.Timeouts));
    }

    // RFC 5452 section 9.2, over 1,000 sockets. Of 28,232 ports, 1,000 draws leave some 982 different; fewer than 900 come by chance less than
    // once in 10^100, and a counter, or a few ports used in turn, shows in the steps: their median is some 8,000.
    [Fact]
    public void Ports_are_random()
    {
        var range = File.Exists("/proc/sys/net/ipv4/ip_local_port_range")
            ? File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray()
            : [49152, 65535];
        var size = range[1] - range[0];
        Assert.SkipWhen(size < 10_000, "This system has too few ports to choose from.");
        using var deadlines = new Deadlines(TimeProvider.System, () => { });
        var context = ContextOf(deadlines, TimeProvider.System);
        var ports = new List<int>();
        for (var i = 0; i < 1000; i++)
        {
            var socket = UdpSocket.Open(new IPEndPoint(IPAddress.Loopback, 53), context, 1);
            ports.Add(socket.Port);
            socket.Retire();
        }

        var steps = ports.Zip(ports.Skip(1), (a, b) => Math.Abs(a - b)).Order().ToArray();
        Assert.True(ports.Distinct().Count() > 900, $"{ports.Distinct().Count()} different ports");
        Assert.InRange(steps[steps.Length / 2], size / 8, size / 2);
        Assert.InRange(ports.Count(port => port < range[0] + (size / 2)), 300, 700);
    }

    // RFC 5452 section 9.2: each row's port is a draw of its own, from as many sockets. Of 64 places, 100 draws leave some 51 different; fewer
    // than 32 come by chance less than once in 10^11.
    [Fact]
    public void While_many_wait_a_socket_gets_eight_questions_in_a_row_and_is_drawn_again_then()
    {
        var time = new FakeTimeProvider();
        using var deadlines = new Deadlines(time, () => { });
        var sockets = new UdpSockets(new IPEndPoint(IPAddress.Loopback, 53), ContextOf(deadlines, time));
        var waiting = Enumerable.Range(0, 32).Select(_ => new Exchange(new AnswerReader(Of("a.example"), DnsRecordType.Txt, false))).ToArray();
        for (var i = 0; i < 31; i++)
        {
            deadlines.Add(waiting[i], sockets.Take()!, (ushort)i, TimeSpan.FromSeconds(20));
        }

        var alone = Enumerable.Range(0, 800).Select(_ => sockets.Take()!.Port).ToArray();
        Assert.InRange(alone.Zip(alone.Skip(1)).Count(pair => pair.First == pair.Second), 0, 60); // some 12, by chance

        deadlines.Add(waiting[31], sockets.Take()!, 31, TimeSpan.FromSeconds(20));
        var first = Enumerable.Range(0, 7).Select(_ => sockets.Take()!.Port).ToArray(); // the rest of the row of the 32nd
        Assert.Single(first.Distinct());
        var rows = Enumerable.Range(0, 800).Select(_ => sockets.Take()!.Port).Chunk(8).ToArray();
        Assert.All(rows, row => Assert.Single(row.Distinct()));
        Assert.InRange(rows.Select(row => row[0]).Distinct().Count(), 32, 100);

        foreach (var exchange in waiting)
        {
            deadlines.Remove(exchange);
        }

        sockets.Close(forGood: true);
        Assert.Null(sockets.Take());
    }

    [Fact]
    public void A_row_ends_with_its_socket()
    {
        var time = new FakeTimeProvider();
        using var deadlines = new Deadlines(time, () => { });
        var sockets = new UdpSockets(new IPEndPoint(IPAddress.Loopback, 53), ContextOf(deadlines, time));
        var waiting = Enumerable.Range(0, 40).Select(_ => new Exchange(new AnswerReader(Of("a.example"), DnsRecordType.Txt, false))).ToArray();
        for (var i = 0; i < waiting.Length; i++)
        {
            deadlines.Add(waiting[i], sockets.Take()!, (ushort)i, TimeSpan.FromMinutes(2));
        }

        Action<UdpSocket>[] ends =
        [
            socket => socket.Retire(),
            socket => socket.UsesLeft = 0,
            _ => time.Advance(TimeSpan.FromSeconds(11)),
            _ => sockets.Close(forGood: false),
        ];
        foreach (var end in ends)
        {
            var row = sockets.Take()!;
            Assert.Same(row, sockets.Take());
            end(row);
            Assert.NotSame(row, sockets.Take());
        }

        foreach (var exchange in waiting)
        {
            deadlines.Remove(exchange);
        }

        sockets.Close(forGood: true);
    }

    [Fact]
    public void Numbers_are_random()
    {
        var random = new RandomNumbers();
        var numbers = Enumerable.Range(0, 10_000).Select(_ => (int)random.Next()).ToList();
        Assert.True(numbers.Distinct().Count() > 8_500, "some 9,270 different ones");
        for (var bit = 0; bit < 16; bit++)
        {
            Assert.InRange(numbers.Count(number => (number & (1 << bit)) != 0), 4_500, 5_500); // ten times the deviation
        }
    }

    [Fact]
    public async Task Questions_use_many_ports_and_IDs_and_a_socket_serves_many()
    {
        var ports = new List<int>();
        var ids = new HashSet<int>();
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "x"))]);
        server.Asked = (question, client) =>
        {
            ports.Add(client.Port);
            ids.Add((question.Bytes[0] << 8) | question.Bytes[1]);
        };
        using var resolver = For(server, Patient with { MaxCacheBytes = 0 });
        for (var i = 0; i < 2000; i++)
        {
            await Ask(resolver, $"n{i}.example");
        }

        Assert.True(ports.Distinct().Count() >= 32, $"{ports.Distinct().Count()} ports");
        Assert.InRange(resolver.Servers.Servers[0].SocketCount, 32, 256);
        Assert.True(ids.Count > 1900, $"{ids.Count} IDs");
        Assert.True(ports.GroupBy(port => port).Max(group => group.Count()) <= 400, "a socket is replaced after some hundred questions");
    }

    private StubContext ContextOf(Deadlines deadlines, TimeProvider time) => new(Patient, time, deadlines, new RandomNumbers(), new StubCounters());

    private static byte[] Changed(byte[] bytes, int at) => With(bytes, at, (byte)(bytes[at] ^ 1));

    private static byte[] With(byte[] bytes, int at, byte value)
    {
        bytes[at] = value;
        return bytes;
    }
}
