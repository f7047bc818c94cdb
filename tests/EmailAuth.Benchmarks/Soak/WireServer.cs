using System.Net;
using System.Text;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>A zone served over UDP and TCP on loopback. Some of its names have a server that fails, lies, is silent, or says everything twice.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private const int UdpPayload = 1232;

    private readonly IDnsResolver _zone;
    private readonly LoopbackDnsServer _server;

    public WireServer(IDnsResolver zone)
    {
        _zone = zone;
        _server = new LoopbackDnsServer(AnswersTo);
    }

    public IPEndPoint EndPoint => _server.EndPoint;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private IEnumerable<LoopbackDnsServer.Answer> AnswersTo(LoopbackDnsServer.Question question)
    {
        var name = question.Name;
        if (name.EndsWith("silent.example", StringComparison.Ordinal))
        {
            return [];
        }

        if (name.EndsWith("lame.example", StringComparison.Ordinal))
        {
            return [question.Reply(0, 2, [], [])];
        }

        var answer = AnswerTo(question);
        if (name.EndsWith("garbled.example", StringComparison.Ordinal))
        {
            return [new LoopbackDnsServer.Answer([.. answer.Bytes.AsSpan(0, 12), .. Enumerable.Repeat((byte)0xc0, 20)])];
        }

        return name.EndsWith("twice.example", StringComparison.Ordinal) && !question.IsTcp ? [answer, answer] : [answer];
    }

    private LoopbackDnsServer.Answer AnswerTo(LoopbackDnsServer.Question question)
    {
        if (DomainName.ParseDnsName(question.Name).Value is not { } name)
        {
            return question.Reply(0, 3, [], []);
        }

        return question.Type switch
        {
            1 or 15 or 16 or 28 => Reply(question, _zone.QueryAsync(new DnsQuestion(name, (DnsRecordType)question.Type), CancellationToken.None)),
            12 => Reply(question, PointersOf(name)),
            _ => question.Reply(0, 4, [], []),
        };
    }

    private static LoopbackDnsServer.Answer Reply(LoopbackDnsServer.Question question, ValueTask<DnsResponse> pending)
    {
        var response = pending.IsCompletedSuccessfully ? pending.Result : throw new InvalidOperationException("The zone answers at once.");
        var timeToLive = (int)(response.TimeToLive ?? TimeSpan.Zero).TotalSeconds;
        var records = DataOf(response).Select(data => LoopbackDnsServer.Record(question.Name, question.Type, data, timeToLive)).ToArray();
        byte[][] authority = records.Length > 0 ? [] : [LoopbackDnsServer.Authority("example", 60, 60)];
        var code = response.Status switch
        {
            DnsStatus.NameError => 3,
            DnsStatus.Failure => 2,
            _ => 0,
        };
        var reply = question.Reply(0, code, records, authority);
        return question.IsTcp || reply.Bytes.Length <= UdpPayload ? reply : question.Reply(0x200, code, [], []);
    }

    private static IEnumerable<byte[]> DataOf(DnsResponse response) =>
    [
        .. response.Addresses.Select(record => record.GetAddressBytes()),
        .. response.Names.Select(record => LoopbackDnsServer.Name(record.ToString())),
        .. response.MailHosts.Select(record =>
            (byte[])[(byte)(record.Preference >> 8), (byte)record.Preference, .. LoopbackDnsServer.Name(record.Exchange?.ToString() ?? ".")]),
        .. response.Texts.Select(StringsOf),
    ];

    private ValueTask<DnsResponse> PointersOf(DomainName name)
    {
        const string Suffix = ".in-addr.arpa";
        var text = name.ToString();
        return text.EndsWith(Suffix, StringComparison.Ordinal)
            && IPAddress.TryParse(string.Join('.', text[..^Suffix.Length].Split('.').Reverse()), out var address)
            ? _zone.QueryPointersAsync(address, CancellationToken.None)
            : new(DnsResponse.NameError());
    }

    private static byte[] StringsOf(string text) =>
        [.. Encoding.Latin1.GetBytes(text).Chunk(255).SelectMany(part => (byte[])[(byte)part.Length, .. part])];
}
