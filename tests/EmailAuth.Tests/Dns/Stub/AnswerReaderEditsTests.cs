using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;
using static EmailAuth.Tests.TestSupport.LoopbackDnsServer;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>Messages with one octet removed, doubled or changed, and what each is read as.</summary>
public class AnswerReaderEditsTests
{
    private static readonly (string Kind, Func<byte, byte> Change)[] Changes =
    [
        ("=0", static _ => 0),
        ("=192", static _ => 0xc0),
        ("=255", static _ => 0xff),
        ("-1", static octet => (byte)(octet - 1)),
        ("+1", static octet => (byte)(octet + 1)),
        ("^32", static octet => (byte)(octet ^ 0x20)),
    ];

    // Names are compressed: the question's is at 12, its "x" at 14.
    private static readonly (string Name, DnsRecordType Type, byte[] Octets)[] Messages =
    [
        ("two texts behind an alias", DnsRecordType.Txt, Message(16, 3, 0, 0, "c00c 0005 0001 00000009 0004 0162 c00e", "0162 c00e 0010 0001 00000008 0004 01 78 01 79", "c021 0010 0001 00000007 0002 01 7a")),
        ("an address, and OPT", DnsRecordType.A, Message(1, 1, 0, 1, "c00c 0001 0001 00000009 0004 c0000201", "00 0029 04d0 00000000 0000")),
        ("two mail hosts, and the null one", DnsRecordType.Mx, Message(15, 3, 0, 0, "c00c 000f 0001 00000009 0004 0001 c00e", "c00c 000f 0001 00000009 0006 0100 016d c00e", "c00c 000f 0001 00000009 0003 0000 00")),
        ("no such name", DnsRecordType.Aaaa, Message(28, 0, 1, 0, "c00e 0006 0001 00000009 0019 016e c00e 00 00000001 00000002 00000003 00000004 00000005", code: 3)),
        ("name servers", DnsRecordType.Ptr, Message(12, 0, 1, 0, "c00e 0002 0001 00000009 0004 016e c00e", flags: 0x8100)),
    ];

    [Fact]
    public void Each_edit_reads_as_approved() => ApprovedPage.Verify("dns", "answers.txt", Messages.SelectMany(static message => OneCharacterEdits.Outcomes(
        $"{message.Name}: {Convert.ToHexStringLower(message.Octets)}",
        Outcome(message.Type, message.Octets),
        Edits(message.Octets).Select(edit => (edit.Kind, edit.Place, Outcome(message.Type, edit.Octets))))));

    private static IEnumerable<(string Kind, int Place, byte[] Octets)> Edits(byte[] octets)
    {
        for (var at = 0; at < octets.Length; at++)
        {
            var rest = octets[(at + 1)..];
            yield return ("without", at, [.. octets[..at], .. rest]);
            yield return ("twice", at, [.. octets[..at], octets[at], octets[at], .. rest]);
            foreach (var (kind, change) in Changes)
            {
                yield return (kind, at, [.. octets[..at], change(octets[at]), .. rest]);
            }
        }
    }

    private static string Outcome(DnsRecordType type, byte[] message)
    {
        var reader = new AnswerReader(DomainName.Parse("a.x").Value!, type, trustsAuthenticData: true);
        return AnswerReaderRulesTests.Summary(reader, reader.Read(message));
    }

    private static byte[] Message(int type, int answers, int authorities, int additional, string first, string second = "", string third = "", int code = 0, int flags = 0x8180) =>
    [
        0, 0, (byte)(flags >> 8), (byte)(flags | code), 0, 1, 0, (byte)answers, 0, (byte)authorities, 0, (byte)additional, .. Name("a.x"), 0, (byte)type, 0, 1,
        .. Convert.FromHexString((first + second + third).Replace(" ", "", StringComparison.Ordinal)),
    ];
}
