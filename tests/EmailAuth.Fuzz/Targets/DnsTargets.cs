using System.Text;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Fuzz.Support;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What DNS servers send, and the system's file that names them.</summary>
internal static class DnsTargets
{
    // A response to the question "TXT of a.example", with a place for the counts of answers, authorities and additional records.
    private const string Question = "0000818000010000000000000161076578616d706c650000100001";

    private static readonly DnsRecordType[] Types = [DnsRecordType.Txt, DnsRecordType.A, DnsRecordType.Aaaa, DnsRecordType.Mx, DnsRecordType.Ptr];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("dns-answer", Answer, Words.Names, () =>
        [
            Seed(0, 1, 0, 0, "c00c0010000100000e10000d0c763d73706631202d616c6c20"),
            Seed(0, 2, 0, 0, "c00c000500010000006400040162c00e" + "0162c00e0010000100000064000401780179"),
            Seed(1, 1, 0, 0, "c00c000100010000003c0004c0000201"),
            Seed(2, 1, 0, 0, "c00c001c00010000003c001020010db8000000000000000000000001"),
            Seed(3, 2, 0, 0, "c00c000f00010000003c0006000a016dc00e" + "c00c000f00010000003c0003000000"),
            Seed(4, 1, 0, 0, "c00c000c00010000003c0004016dc00e"),
            Seed(0, 0, 1, 1, "c00e00060001000000640018c00cc00c0000000100000e1000000258000151800000003c" + "00002904d0000000000000"),
            Seed(0, 0, 0, 1, "00002904d0010000000000"),
        ]),
        new("resolv-conf", SystemFile, Words.Names, () => ["search a.example\nnameserver 192.0.2.1\nnameserver fe80::1%lo\noptions timeout:1 attempts:2 rotate trust-ad ndots:3\n"]),
    ];

    // The input: the type asked for, then the message.
    private static void Answer(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        var type = Types[input[0] % Types.Length];
        var message = input[1..];
        var name = DomainName.Parse("a.example").Value!;
        var reader = new AnswerReader(name, type, trustsAuthenticData: true);
        var response = reader.Read(message);
        new WireQuery(name, type, 1232, wantsAuthenticData: false, isMixedCase: false).IsAnsweredBy(message);
        if (response is null)
        {
            FindingException.ThrowIf(reader.End == name, "a question that leads to itself");
            return;
        }

        FindingException.ThrowIf((response.Status == DnsStatus.Failure) != (response.Failure != DnsFailure.None), "a failure without a code");
        FindingException.ThrowIf(response.Status == DnsStatus.Failure && (string.IsNullOrEmpty(response.Detail) || reader.End != name), "a failure that says nothing, or has moved on");
        FindingException.ThrowIf(response.Aliases.Length > 16 || response.Aliases.Contains(name), "a chain of aliases that is too long, or a loop");
        FindingException.ThrowIf(response.Aliases is [.., var last] && last != reader.End, "an end that is not the last alias");
        FindingException.ThrowIf((response.Count > 0) != (response.Status == DnsStatus.Records), "records in another answer");
        FindingException.ThrowIf(response.Texts.Sum(text => text.Length) > message.Length, "more text than was sent");
        FindingException.ThrowIf(response.TimeToLive is { } time && (time < TimeSpan.Zero || time.TotalSeconds > int.MaxValue), "a TTL out of range");
    }

    private static void SystemFile(ReadOnlySpan<byte> input)
    {
        var conf = ResolvConf.Parse(Encoding.UTF8.GetString(input));
        FindingException.ThrowIf(conf.Servers.Length > 3 || conf.Attempts is < 1 or > 5 || conf.Timeout < TimeSpan.FromSeconds(1) || conf.Timeout > TimeSpan.FromSeconds(30), "out of bounds");
    }

    private static Seed Seed(byte type, byte answers, byte authorities, byte additional, string records)
    {
        var message = Convert.FromHexString(Question + records);
        (message[7], message[9], message[11]) = (answers, authorities, additional);
        return new Seed([type, .. message]);
    }
}
