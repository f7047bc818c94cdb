using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;
using static EmailAuth.Tests.TestSupport.LoopbackDnsServer;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>Servers that answer oddly, one kind a row, and what a forger can send meanwhile.</summary>
public abstract partial class StubResolverTests
{
    private const string Good = "v=spf1 ip4:192.0.2.1 -all";

    private static readonly Dictionary<string, (Func<Question, IEnumerable<Answer>> Answer, string Right)> Odd = new(StringComparer.Ordinal)
    {
        ["BADVERS"] = (q => [WithAdditional(q.Reply(), Opt(1))], "ServerFailure: BADVERS"),
        ["the query echoed"] = (q => [new Answer(q.Bytes)], "Timeout: no answer"),
        ["the query echoed over TCP"] = (q => [q.IsTcp ? new Answer(q.Bytes) : q.Reply(0x200, 0, [], [])], "Timeout: no answer"),
        ["truncated, and TCP closes"] = (q => [q.IsTcp ? Close : q.Reply(0x200, 0, [], [])], "Unreachable: no TCP connection"),
        ["truncated, then no such name over TCP"] = (q => [q.IsTcp ? q.Reply(0, 3, [], []) : q.Reply(0x200, 0, [], [])], "NameError"),
        ["a partial answer, truncated"] = (q => [q.IsTcp ? q.Reply(Text(q.Name, "other"), Text(q.Name, Good)) : q.Reply(0x200, 0, [Text(q.Name, "other")], [])], "Records: other, " + Good),
        ["FORMERR to EDNS"] = (q => [q.Bytes[11] == 0 ? q.Reply(Text(q.Name, Good)) : q.Reply(0, 1, [], [])], "Records: " + Good),
        ["FORMERR to EDNS, truncated without"] = (q => [q.Bytes[11] != 0 ? q.Reply(0, 1, [], []) : q.IsTcp ? q.Reply(Text(q.Name, Good)) : q.Reply(0x200, 0, [], [])], "Records: " + Good),
        ["a wrong ID, then the right one"] = (q => [new Answer(Changed(q.Reply(Text(q.Name, "forged")).Bytes, 0)), q.Reply(Text(q.Name, Good))], "Records: " + Good),
        ["a record of another owner"] = (q => [q.Reply(Text("attacker.example", Good))], "NoData"),
        ["a record of another owner beside"] = (q => [q.Reply(Text(q.Name, Good), Text("attacker.example", "v=spf1 +all"))], "Records: " + Good),
        ["records of other types beside"] = (q => [q.Reply(Record(q.Name, 46, [0, 16, 8, 3, .. new byte[14], 0, 1]), Text(q.Name, Good), Record(q.Name, 65400, [1, 2, 3]))], "Records: " + Good),
        ["records in other sections"] = (q => [WithAdditional(q.Reply(0, 0, [], [Text(q.Name, "v=spf1 +all")]), Text(q.Name, "v=spf1 +all"))], "NoData"),
        ["no such name, with an answer"] = (q => [q.Reply(0, 3, [Text(q.Name, Good)], [])], "NameError"),
        ["an alias beside the record"] = (q => [q.Reply(Alias(q.Name, "foreign.example"), Text(q.Name, Good), Text("foreign.example", "v=spf1 -all"))], "Records: v=spf1 -all"),
        ["the end of an alias before it"] = (q => [q.Reply(Text("end.example", Good), Alias(q.Name, "end.example"))], "Records: " + Good),
        ["octets behind the message"] = (q => [new Answer([.. q.Reply(Text(q.Name, Good)).Bytes, 1, 2, 3])], "Records: " + Good),
        ["two OPT records"] = (q => [WithAdditional(WithAdditional(q.Reply(Text(q.Name, Good)), Opt(0)), Opt(0))], "Malformed: a malformed answer"),
        ["more records announced than there are"] = (q => [new Answer(With(q.Reply(Text(q.Name, Good)).Bytes, 7, 2))], "Malformed: a malformed answer"),
        ["an alias to a name with a dot in a label"] = (q => [q.Reply(Record(q.Name, 5, [3, (byte)'a', (byte)'.', (byte)'b', 0]))], "Malformed: an alias of a.example"),
        ["an alias that ends within its data"] = (q => [q.Reply(Record(q.Name, 5, [1, (byte)'b', 0, 0]))], "Malformed: a malformed alias"),
        ["an alias longer than its data"] = (q => [q.Reply(Record(q.Name, 5, [5, (byte)'b']), Text(q.Name, Good))], "Malformed: a malformed alias"),
    };

    public static TheoryData<string> OddKinds => [.. Odd.Keys];

    [Theory]
    [MemberData(nameof(OddKinds))]
    public async Task Odd_answers(string kind)
    {
        await using var server = new LoopbackDnsServer(Odd[kind].Answer);
        using var resolver = For(server, Patient with { Timeout = TimeSpan.FromMilliseconds(Odd[kind].Right.StartsWith("Timeout", StringComparison.Ordinal) ? 300 : 20_000) });
        var response = await Ask(resolver);
        var said = response.Status switch
        {
            DnsStatus.Failure => $"{response.Failure}: {response.Detail}",
            DnsStatus.Records => $"Records: {string.Join(", ", response.Texts)}",
            _ => response.Status.ToString(),
        };
        Assert.StartsWith(Odd[kind].Right, said, StringComparison.Ordinal);
    }

    // An exploit sent twelve octets to every port there is; here all of them find the port. From another address the system drops them. From the
    // server's own, which a forger must spoof, they end in TCP.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_spray_of_datagrams_changes_no_verdict(bool isSpoofed)
    {
        using var forger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, Good))]);
        forger.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), server.EndPoint.Port));
        var sprayed = 0;
        server.Asked = (_, client) =>
        {
            for (var i = 0; i < 30_000; i++)
            {
                byte[] rubbish = [(byte)(i >> 8), (byte)i, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0];
                sprayed += isSpoofed ? server.SendTo(rubbish, client) : forger.SendTo(rubbish, client);
            }
        };
        using var resolver = For(server, Patient);
        var spf = new SpfEvaluator(resolver);
        Assert.Equal(SpfResultCode.Pass, (await spf.EvaluateMailFromAsync(IPAddress.Parse("192.0.2.1"), "h.example", "joe@a.example", Token)).Code);
        Assert.Equal(SpfResultCode.Fail, (await spf.EvaluateMailFromAsync(IPAddress.Parse("203.0.113.1"), "h.example", "joe@b.example", Token)).Code);
        Assert.InRange(Volatile.Read(ref sprayed), 30_000 * 12, 2 * 30_000 * 12); // over TCP the second answer does not wait for the spray
        Assert.Equal(isSpoofed ? 2 : 0, resolver.Counters.Streams);
        Assert.Equal(isSpoofed, resolver.Counters.Strays > 32);
    }
}
