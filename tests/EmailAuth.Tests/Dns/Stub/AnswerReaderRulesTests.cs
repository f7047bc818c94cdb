using System.Globalization;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using Xunit;
using static EmailAuth.Tests.TestSupport.LoopbackDnsServer;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>The whole of what is read from a message, rule by rule.</summary>
public class AnswerReaderRulesTests
{
    private const string Loop = "Failure Malformed: the aliases of a.example form a loop, or are more than 16 in a row (RFC 1034 section 3.6.2)";

    private static readonly byte[] Opt = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0];

    [Theory]
    [InlineData(DnsRecordType.Txt, "030161", "a malformed TXT record")]
    [InlineData(DnsRecordType.A, "010203", "a malformed A record")]
    [InlineData(DnsRecordType.A, "0102030405", "a malformed A record")]
    [InlineData(DnsRecordType.Aaaa, "01020304", "a malformed AAAA record")]
    [InlineData(DnsRecordType.Mx, "00", "a malformed MX record")]
    [InlineData(DnsRecordType.Ptr, "0161", "a malformed PTR record")]
    public void One_record_of_another_form_spoils_the_answer(DnsRecordType type, string hex, string detail)
    {
        var good = type switch
        {
            DnsRecordType.Txt => Text("a.example", "x"),
            DnsRecordType.A => Record("a.example", 1, [192, 0, 2, 1]),
            DnsRecordType.Aaaa => Record("a.example", 28, [0x20, 1, .. new byte[14]]),
            DnsRecordType.Mx => Record("a.example", 15, [0, 1, .. Name("mx.example")]),
            _ => Record("a.example", 12, Name("b.example")),
        };
        var value = type switch
        {
            DnsRecordType.Txt => "x",
            DnsRecordType.A => "192.0.2.1",
            DnsRecordType.Aaaa => "2001::",
            DnsRecordType.Mx => "1 mx.example",
            _ => "b.example",
        };
        var bad = Record("a.example", (int)type, Convert.FromHexString(hex));
        Assert.Equal($"Records [{value}] 300 s, code 0, at a.example", Said(type, [good]));
        Assert.Equal($"Records [{value}|{value}] 300 s, code 0, at a.example", Said(type, [good, good]));
        Assert.Equal($"Records [{value}] 300 s, code 0, at a.example", Said(type, [good, Record("b.example", (int)type, Convert.FromHexString(hex))]));
        foreach (var answers in new byte[][][] { [bad], [good, bad], [bad, good] })
        {
            Assert.Equal($"Failure Malformed: {detail}, code 0, at a.example", Said(type, answers));
        }
    }

    [Fact]
    public void A_host_that_cannot_be_asked_for_is_left_out_and_without_any_there_are_no_records()
    {
        var odd = Record("a.example", 15, [0, 1, 3, (byte)'a', (byte)'.', (byte)'b', 0], 7);
        var good = Record("a.example", 15, [0, 2, .. Name("mx.example")], 9);
        Assert.Equal("Records [2 mx.example] 7 s, code 0, at a.example", Said(DnsRecordType.Mx, [odd, good, odd]));
        Assert.Equal("NoData 7 s, code 0, at a.example", Said(DnsRecordType.Mx, [odd]));
    }

    [Fact]
    public void Every_cut_of_a_message_is_malformed_and_what_follows_it_is_ignored()
    {
        var message = Message(0x8180, [Alias("a.example", "b.example"), Text("b.example", "x")], [Authority("example", 9, 8), Record("example", 2, Name("ns.example"))], [Opt, Text("c.example", "y")]);
        Assert.Equal("Records [x] 300 s, code 0, at b.example, aliases b.example", Said(DnsRecordType.Txt, message));
        Assert.Equal("Records [x] 300 s, code 0, at b.example, aliases b.example", Said(DnsRecordType.Txt, [.. message, 1]));
        for (var length = 0; length < message.Length; length++)
        {
            Assert.Equal((length, "Failure Malformed: a malformed answer, code -1, at a.example"), (length, Said(DnsRecordType.Txt, message[..length])));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(256)]
    public void There_may_be_any_number_of_questions(int count)
    {
        var questions = Enumerable.Range(0, count).SelectMany(static _ => (byte[])[1, (byte)'q', 0, 0, 16, 0, 1]).ToArray();
        byte[] message = [0, 0, 0x81, 0x80, (byte)(count >> 8), (byte)count, 0, 1, 0, 0, 0, 0, .. questions, .. Text("a.example", "x")];
        Assert.Equal("Records [x] 300 s, code 0, at a.example", Said(DnsRecordType.Txt, message));
        message = [0, 0, 0x81, 0x80, (byte)(count >> 8), (byte)count, 0, 0, 0, 0, 0, 0, .. questions];
        Assert.Equal("NoData -, code 0, at a.example", Said(DnsRecordType.Txt, message));
        for (var cut = 1; cut <= 7 && count > 0; cut++)
        {
            Assert.Equal("Failure Malformed: a malformed answer, code -1, at a.example", Said(DnsRecordType.Txt, message[..^cut]));
        }
    }

    [Fact]
    public void Each_response_code_has_its_meaning()
    {
        for (var code = 0; code < 4096; code++)
        {
            var message = Message(0x8180 | (code & 15), [Text("a.example", "x")], [], [[.. Opt[..5], (byte)(code >> 4), .. Opt[6..]]]);
            var expected = code switch
            {
                0 => "Records [x] 300 s, code 0, at a.example",
                3 => "NameError -, code 3, at a.example",
                5 => "Failure Refused: REFUSED, code 5, at a.example",
                _ => $"Failure ServerFailure: {WireCode.TextOf(code)}, code {code}, at a.example",
            };
            Assert.Equal(expected, Said(DnsRecordType.Txt, message));
        }
    }

    // RFC 6891 section 6.1.1: one at most, at the root.
    [Fact]
    public void There_is_one_OPT_record_at_most_and_it_is_at_the_root()
    {
        byte[] elsewhere = [1, (byte)'a', .. Opt];
        Assert.Equal("Records [x] 300 s, code 0, at a.example", Said(DnsRecordType.Txt, Message(0x8180, [Text("a.example", "x")], [], [Text("b.example", "y"), Opt, Text("c.example", "z")])));
        foreach (byte[][] additional in new byte[][][] { [elsewhere], [Opt, Opt], [Opt, Text("b.example", "y"), Opt], [elsewhere, Opt] })
        {
            Assert.Equal("Failure Malformed: a malformed answer, code -1, at a.example", Said(DnsRecordType.Txt, Message(0x8180, [Text("a.example", "x")], [], additional)));
        }
    }

    [Theory]
    [InlineData(15, "Records [x] 300 s, code 0, at n15.example")]
    [InlineData(16, "Records [x] 300 s, code 0, at n16.example")]
    [InlineData(17, Loop + ", code 0, at a.example")]
    public void Sixteen_aliases_in_a_row_are_followed(int count, string expected)
    {
        var chain = Enumerable.Range(1, count).Select(static i => Alias(i == 1 ? "a.example" : $"n{i - 1}.example", $"n{i}.example")).ToArray();
        var text = Text($"n{count}.example", "x");
        var aliases = count > 16 ? "" : ", aliases " + string.Join(' ', Enumerable.Range(1, count).Select(static i => $"n{i}.example"));
        Assert.Equal(expected + aliases, Said(DnsRecordType.Txt, [.. chain, text]));
        Assert.Equal(expected + aliases, Said(DnsRecordType.Txt, [text, .. chain.Reverse()]));

        // Also when each is in a message of its own.
        var reader = NewReader();
        foreach (var alias in chain.SkipLast(1))
        {
            Assert.Null(reader.Read(Message(0x8180, [alias], [], [])));
        }

        var last = Summary(reader, reader.Read(Message(0x8180, [chain[^1], text], [], [])));
        Assert.Equal(count > 16 ? Loop + ", code 0, at n16.example" : expected + aliases, last);
    }

    [Theory]
    [InlineData(63, "Records [x] 300 s, code 0, at b.example, aliases b.example")]
    [InlineData(64, "Records [y] 300 s, code 0, at a.example")] // the 65th alias is not looked at
    public void Sixty_four_aliases_of_a_message_are_looked_at(int before, string expected)
    {
        var others = Enumerable.Range(0, before).Select(static i => Alias($"o{i}.example", "p.example"));
        Assert.Equal(expected, Said(DnsRecordType.Txt, [.. others, Alias("a.example", "b.example"), Text("b.example", "x"), Text("a.example", "y")]));
    }

    [Fact]
    public void A_bad_alias_is_malformed()
    {
        Assert.Equal("Failure Malformed: a malformed alias, code 0, at a.example", Said(DnsRecordType.Txt, [Record("a.example", 5, [1, (byte)'b'])]));
        Assert.Equal("Failure Malformed: a malformed alias, code 0, at a.example", Said(DnsRecordType.Txt, [Record("a.example", 5, [0, 0])]));
        const string Odd = "Failure Malformed: an alias of a.example to a name that cannot be asked for, code 0, at a.example";
        Assert.Equal(Odd, Said(DnsRecordType.Txt, [Record("a.example", 5, [0])]));
        Assert.Equal(Odd, Said(DnsRecordType.Txt, [Record("a.example", 5, [1, 0xff, 0])]));
        Assert.Equal(
            "Failure Malformed: an alias of b.example to a name that cannot be asked for, code 0, at a.example",
            Said(DnsRecordType.Txt, [Alias("a.example", "b.example"), Record("b.example", 5, [0])]));
        Assert.Equal(Loop + ", code 0, at a.example", Said(DnsRecordType.Txt, [Alias("a.example", "A.example"), Text("a.example", "x")]));
        Assert.Equal("Records [x] 300 s, code 0, at a.example", Said(DnsRecordType.Txt, [Record("a.example", 5, Name("b.example"), dataClass: 3), Text("a.example", "x")]));
        Assert.Equal("Records [x] 300 s, code 0, at a.example", Said(DnsRecordType.Txt, [Alias("c.example", "b.example"), Text("a.example", "x")]));
    }

    [Theory]
    [InlineData(10, 20, 30, 10)]
    [InlineData(30, 20, 10, 10)]
    [InlineData(20, 10, 30, 10)]
    [InlineData(10, 10, 10, 10)]
    public void The_least_lifetime_of_the_chain_counts(int first, int second, int third, int least)
    {
        byte[][] chain = [Alias("a.example", "b.example", first), Alias("b.example", "c.example", second)];
        Assert.Equal(
            $"Records [x|y] {least} s, code 0, at c.example, aliases b.example c.example",
            Said(DnsRecordType.Txt, [.. chain, Record("c.example", 16, [1, (byte)'x'], third), Record("c.example", 16, [1, (byte)'y'], 40)]));
        Assert.Equal(
            $"Records [y|x] {least} s, code 0, at c.example, aliases b.example c.example",
            Said(DnsRecordType.Txt, [.. chain, Record("c.example", 16, [1, (byte)'y'], 40), Record("c.example", 16, [1, (byte)'x'], third)]));
        foreach (var (code, status) in new[] { (0, "NoData"), (3, "NameError") })
        {
            Assert.Equal(
                $"{status} {least} s, code {code}, at c.example, aliases b.example c.example",
                Said(DnsRecordType.Txt, Message(0x8180 | code, chain, [Authority("example", third, third)], [])));
        }

        Assert.Equal("NameError -, code 3, at c.example, aliases b.example c.example", Said(DnsRecordType.Txt, Message(0x8183, chain, [], [])));
    }

    [Fact]
    public void The_first_authority_counts_and_one_of_another_form_is_malformed()
    {
        var bad = Record("example", 6, [0, 0, .. new byte[19]]);
        Assert.Equal("NoData 7 s, code 0, at a.example", Said(DnsRecordType.Txt, Message(0x8180, [], [Authority("example", 7, 8), Authority("example", 1, 1), bad], [])));
        Assert.Equal("Failure Malformed: a malformed answer, code -1, at a.example", Said(DnsRecordType.Txt, Message(0x8180, [], [bad, Authority("example", 7, 8)], [])));
    }

    // RFC 2308 section 2.2.
    [Theory]
    [InlineData(0x8100, true)]
    [InlineData(0x8180, false)] // RA
    [InlineData(0x8500, false)] // AA
    [InlineData(0x8580, false)]
    public void Name_servers_without_authority_are_a_referral_of_a_server_that_asks_nobody(int flags, bool isReferral)
    {
        var referral = Record("example", 2, Name("ns.example"));
        var expected = isReferral ? "Failure ServerFailure: a referral by a server that does not ask others, code 0, at a.example" : "NoData -, code 0, at a.example";
        Assert.Equal(expected, Said(DnsRecordType.Txt, Message(flags, [], [referral], [])));
        Assert.Equal(expected, Said(DnsRecordType.Txt, Message(flags, [], [referral, Text("b.example", "x")], [])));
        Assert.Equal("NoData 5 s, code 0, at a.example", Said(DnsRecordType.Txt, Message(flags, [], [referral, Authority("example", 5, 5)], [])));
        Assert.Equal("NoData -, code 0, at a.example", Said(DnsRecordType.Txt, Message(flags, [], [Text("b.example", "x")], [])));
        Assert.Equal("Records [x] 300 s, code 0, at a.example", Said(DnsRecordType.Txt, Message(flags, [Text("a.example", "x")], [referral], [])));
        Assert.Equal("goes on, code 0, at b.example", Said(DnsRecordType.Txt, Message(flags, [Alias("a.example", "b.example")], [referral], [])));
        Assert.Equal(
            "NoData 5 s, code 0, at b.example, aliases b.example",
            Said(DnsRecordType.Txt, Message(flags, [Alias("a.example", "b.example")], [referral, Authority("example", 5, 5)], [])));
    }

    [Theory]
    [InlineData(true, 0x81a0, 0x81a0, true)]
    [InlineData(true, 0x81a0, 0x8180, false)]
    [InlineData(true, 0x8180, 0x81a0, false)]
    [InlineData(false, 0x81a0, 0x81a0, false)]
    public void An_answer_is_authentic_when_all_of_its_messages_are(bool isTrusted, int first, int second, bool isAuthentic)
    {
        var suffix = isAuthentic ? ", authentic" : "";
        foreach (var (end, said) in new (byte[], string)[]
        {
            (Message(second, [Text("b.example", "x")], [], []), "Records [x] 300 s, code 0"),
            (Message(second, [], [Authority("example", 5, 5)], []), "NoData 5 s, code 0"),
            (Message(second | 3, [], [], []), "NameError -, code 3"),
        })
        {
            var reader = NewReader(isTrusted);
            Assert.Null(reader.Read(Message(first, [Alias("a.example", "b.example")], [], [])));
            Assert.Equal($"{said}, at b.example, aliases b.example{suffix}", Summary(reader, reader.Read(end)));
        }
    }

    [Theory]
    [InlineData("a malformed record", "Failure Malformed: a malformed TXT record, code 0, at a.example")]
    [InlineData("a loop", Loop + ", code 0, at a.example")]
    [InlineData("a code", "Failure ServerFailure: SERVFAIL, code 2, at a.example")]
    public void After_a_failure_another_message_is_read_in_its_place(string kind, string expected)
    {
        var failing = kind switch
        {
            "a loop" => Message(0x8180, [Alias("a.example", "b.example", 1), Alias("b.example", "a.example", 1)], [], []),
            "a code" => Message(0x8182, [], [], []),
            _ => Message(0x8180, [Alias("a.example", "b.example", 1), Record("b.example", 16, [2, 1])], [], []),
        };
        var reader = NewReader(true);
        Assert.Equal(expected, Summary(reader, reader.Read(failing)));
        Assert.Equal("Records [x] 300 s, code 0, at c.example, aliases c.example, authentic", Summary(reader, reader.Read(Message(0x81a0, [Alias("a.example", "c.example"), Text("c.example", "x")], [], []))));
    }

    private static string Said(DnsRecordType type, byte[][] answers) => Said(type, Message(0x8180, answers, [], []));

    private static string Said(DnsRecordType type, byte[] message)
    {
        var reader = new AnswerReader(DomainName.Parse("a.example").Value!, type, trustsAuthenticData: false);
        return Summary(reader, reader.Read(message));
    }

    private static AnswerReader NewReader(bool isTrusted = false) => new(DomainName.Parse("a.example").Value!, DnsRecordType.Txt, isTrusted);

    private static byte[] Message(int flags, byte[][] answers, byte[][] authorities, byte[][] additional) =>
    [
        0, 0, (byte)(flags >> 8), (byte)flags, 0, 1, 0, (byte)answers.Length, 0, (byte)authorities.Length, 0, (byte)additional.Length,
        .. Name("a.example"), 0, 16, 0, 1, .. answers.Concat(authorities).Concat(additional).SelectMany(static record => record),
    ];

    internal static string Summary(AnswerReader reader, DnsResponse? response)
    {
        if (response is null)
        {
            return $"goes on, code {reader.Code}, at {reader.End}";
        }

        var values = response.Texts.Concat(response.Addresses.Select(static address => address.ToString()))
            .Concat(response.MailHosts.Select(static host => host.ToString())).Concat(response.Names.Select(static name => name.ToString())).ToArray();
        Assert.Equal(values.Length, response.Count);
        return string.Concat(
            response.Status.ToString(),
            response.Status == DnsStatus.Failure ? $" {response.Failure}: {response.Detail}" : "",
            response.Status == DnsStatus.Records ? $" [{string.Join('|', values)}]" : "",
            response.Status == DnsStatus.Failure ? "" : response.TimeToLive is { } life ? string.Create(CultureInfo.InvariantCulture, $" {life.TotalSeconds} s") : " -",
            $", code {reader.Code}, at {reader.End}",
            response.Aliases.IsEmpty ? "" : $", aliases {string.Join(' ', response.Aliases)}",
            response.IsAuthenticated ? ", authentic" : "");
    }
}
