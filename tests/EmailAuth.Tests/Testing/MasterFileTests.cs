using EmailAuth.Dns;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Testing;

/// <summary>Zones in the form of name servers (RFC 1035 section 5).</summary>
public class MasterFileTests
{
    private const string Example = """
        ; the zone of example.com
        $ORIGIN example.com.
        $TTL 1h30m
        @   IN SOA ns1 hostmaster (
                2026112801 ; serial
                7200 3600 1209600 300 )
            IN NS  ns1
        @   3600 IN MX 10 mail
            IN 3600 MX 20 mail2.example.net.
            TXT "v=spf1 " "mx -all"
            TXT ( "a" ; in the middle
                  "b" )
        mail A 192.0.2.1
             AAAA 2001:db8::1
        www CNAME mail
        quoted TXT "a;b (c) \"d\" \\ \195\164" plain\;word
        $ORIGIN sub.example.com.
        @ TXT ""
        a.b TXT x
        1.2.0.192.in-addr.arpa. PTR mail.example.com.
        $ORIGIN .
        root.example TXT root
        tlsa._tcp.example. TYPE52 \# 3 010101
        """;

    [Fact]
    public async Task A_zone_is_read_as_name_servers_read_it()
    {
        var resolver = new ZoneResolver(MasterFile.Parse(Example).Value!);
        Assert.Equal(["v=spf1 mx -all", "ab"], (await Ask(resolver, "example.com", DnsRecordType.Txt)).Texts);
        Assert.Equal(["10 mail.example.com", "20 mail2.example.net"], (await Ask(resolver, "example.com", DnsRecordType.Mx)).MailHosts.Select(host => host.ToString()));
        Assert.Equal("2001:db8::1", Assert.Single((await Ask(resolver, "mail.example.com", DnsRecordType.Aaaa)).Addresses).ToString());
        Assert.Equal("192.0.2.1", Assert.Single((await Ask(resolver, "www.example.com", DnsRecordType.A)).Addresses).ToString());
        Assert.Equal(["a;b (c) \"d\" \\ \u00E4plain;word"], (await Ask(resolver, "quoted.example.com", DnsRecordType.Txt)).Texts);
        Assert.Equal([""], (await Ask(resolver, "sub.example.com", DnsRecordType.Txt)).Texts);
        Assert.Equal(["x"], (await Ask(resolver, "a.b.sub.example.com", DnsRecordType.Txt)).Texts);
        Assert.Equal("mail.example.com", Assert.Single((await Ask(resolver, "1.2.0.192.in-addr.arpa", DnsRecordType.Ptr)).Names).ToString());
        Assert.Equal(["root"], (await Ask(resolver, "root.example", DnsRecordType.Txt)).Texts);
        Assert.Equal(DnsStatus.NoData, (await Ask(resolver, "tlsa._tcp.example", DnsRecordType.Txt)).Status);
        Assert.Equal(DnsStatus.NameError, (await Ask(resolver, "absent.example.com", DnsRecordType.Txt)).Status);
    }

    [Theory]
    [InlineData("a TXT x", "line 1: the relative name \"a\" without $ORIGIN")]
    [InlineData("@ TXT x", "line 1: \"@\" without $ORIGIN")]
    [InlineData(" TXT x", "line 1: an entry without a name")]
    [InlineData("\n\na. TXT \"x", "line 3: a quoted string is not closed")]
    [InlineData("a. TXT ( x\n\n", "the parenthesis of the entry is not closed")]
    [InlineData("a. TXT x )", "line 1: a closing parenthesis")]
    [InlineData("a. TXT ( ( x ) )", "line 1: a parenthesis inside")]
    [InlineData("a. TXT", "line 1: TXT needs at least one string")]
    [InlineData("a. TXT \"\\", "line 1: a backslash")]
    [InlineData("a. TXT \\25", "line 1: a backslash")]
    [InlineData("a. TXT \\256", "line 1: a backslash")]
    [InlineData("a. A 192.0.2.300", "line 1: \"192.0.2.300\" is not a valid IPv4 address")]
    [InlineData("a. A ::1", "line 1: \"::1\" is not a valid IPv4 address")]
    [InlineData("a. AAAA 192.0.2.1", "line 1: \"192.0.2.1\" is not a valid IPv6 address")]
    [InlineData("a. A 192.0.2.1 192.0.2.2", "line 1: A needs one value, not 2")]
    [InlineData("a. MX mail.example.", "line 1: MX needs a preference and a host, not 1")]
    [InlineData("a. MX 65536 mail.example.", "line 1: the preference \"65536\"")]
    [InlineData("a. MX x mail.example.", "line 1: the preference \"x\"")]
    [InlineData("a. CNAME b..c.", "line 1: \"b..c.\" is not a name")]
    [InlineData("a. TEXT x", "line 1: \"TEXT\" is not a type")]
    [InlineData("a. TYPEx x", "line 1: \"TYPEX\" is not a type")]
    [InlineData("a. IN 300", "line 1: there is no type")]
    [InlineData("a. CH TXT x", "line 1: the class CH")]
    [InlineData("$INCLUDE other.zone", "line 1: $INCLUDE is not supported")]
    [InlineData("$GENERATE 1-9 a$ A 192.0.2.$", "line 1: $GENERATE is not supported")]
    [InlineData("$TTL soon", "line 1: $TTL needs one number")]
    [InlineData("$ORIGIN", "line 1: $ORIGIN needs one name")]
    [InlineData("$ORIGIN example", "line 1: the relative name \"example\"")]
    [InlineData("a. TXT \"\"\n\"\" TXT x", "line 2: the relative name \"\"")]
    [InlineData("a. MX 10 b.\na. CNAME c.", "line 2: a has a CNAME and other records")]
    [InlineData("a. CNAME c.\n\na. TXT x", "line 3: a has a CNAME and other records")]
    [InlineData("a. CNAME c.\nA. IN NS b.", "line 2: a has a CNAME and other records")]
    [InlineData("a. SOA b. c. 1 2 3 4 5\na. CNAME c.", "line 2: a has a CNAME and other records")]
    [InlineData("a. CNAME c.\nb. A 192.0.2.1\na. CNAME d.", "line 3: a second CNAME at a")]
    [InlineData("a. TXT \\# 12 0b763d73706631202d616c6c", "line 1: \\# is not supported for TXT")]
    [InlineData("a. A \\# 4 c0000201", "line 1: \\# is not supported for A")]
    [InlineData("a. MX \\# 4 000a0000", "line 1: \\# is not supported for MX")]
    [InlineData("a. TYPE16 \\# 12 0b763d73706631202d616c6c", "line 1: TYPE16 is not supported: write TXT")]
    [InlineData("a. type00016 x", "line 1: TYPE00016 is not supported: write TXT")]
    [InlineData("a. TYPE1 \\# 4 c0000201", "line 1: TYPE1 is not supported: write A")]
    [InlineData("a. TYPE5 \\# 1 00", "line 1: TYPE5 is not supported: write CNAME")]
    [InlineData("a. TYPE12 \\# 1 00", "line 1: TYPE12 is not supported: write PTR")]
    [InlineData("a. TYPE15 \\# 3 000a00", "line 1: TYPE15 is not supported: write MX")]
    [InlineData("a. TYPE28 \\# 0", "line 1: TYPE28 is not supported: write AAAA")]
    public void An_error_has_the_number_of_its_line(string text, string error) =>
        Assert.Contains(error, MasterFile.Parse(text).Error!.Reason, StringComparison.Ordinal);

    [Fact]
    public void A_string_of_more_than_255_octets_is_refused()
    {
        Assert.True(MasterFile.Parse($"a. TXT \"{new string('x', 255)}\"").IsSuccess);
        Assert.Contains("line 1: a string of 256 octets", MasterFile.Parse($"a. TXT \"{new string('x', 256)}\"").Error!.Reason, StringComparison.Ordinal);
    }

    // As dig and BIND print what is not ASCII: \DDD is one octet (RFC 1035 section 5.1).
    [Theory]
    [InlineData("\\195\\169", 127, "x", 255)]
    [InlineData("\\195\\169", 128, "", 256)]
    [InlineData("\\255", 255, "", 255)]
    [InlineData("\\255", 256, "", 256)]
    [InlineData("\u00E9", 127, "\\120", 255)]
    [InlineData("\u00E9", 127, "\\195\\169", 256)]
    public void An_escape_of_three_digits_counts_as_one_octet(string part, int count, string rest, int octets)
    {
        var zone = MasterFile.Parse($"a. TXT \"{string.Concat(Enumerable.Repeat(part, count))}{rest}\"");
        Assert.Equal(octets == 255 ? null : "line 1: a string of 256 octets: split it into strings of at most 255", zone.Error?.Reason);
    }

    // The same as StubResolver makes of the octets.
    [Theory]
    [InlineData("\"v=spf1 include:caf\\195\\169.example.com -all\"", "v=spf1 include:caf\u00E9.example.com -all")]
    [InlineData("caf\u00E9\\195\\169", "caf\u00E9\u00E9")]
    [InlineData("\\240\\159\\152\\128\U0001F600\\\U0001F600", "\U0001F600\U0001F600\U0001F600")]
    [InlineData("caf\\195", "caf\u00C3")] // half of a character: each octet is one
    [InlineData("\u00E9\\195", "\u00C3\u00A9\u00C3")]
    [InlineData("\\233", "\u00E9")]
    [InlineData("\"caf\\195\" \"\\169\"", "caf\u00E9")] // the strings are one text
    [InlineData("\\240\\159\\152 \\128x", "\U0001F600x")]
    [InlineData("\\195\\169 \\195", "\u00C3\u00A9\u00C3")]
    public async Task A_text_is_read_as_from_the_DNS(string data, string expected) =>
        Assert.Equal([expected], (await Ask(new ZoneResolver(MasterFile.Parse($"a. TXT {data}").Value!), "a", DnsRecordType.Txt)).Texts);

    // RFC 4035 section 2.5.
    [Theory]
    [InlineData("a. CNAME c.\na. RRSIG CNAME 8 2 300 20300101000000 20200101000000 1 a. AAAA\na. NSEC b. CNAME")]
    [InlineData("a. TYPE46 \\# 1 00\na. CNAME c.\na. TYPE47 \\# 1 00")]
    public void The_records_of_DNSSEC_may_be_beside_a_CNAME(string text) => Assert.Equal("c", Assert.Single(MasterFile.Parse(text).Value![DomainName.Parse("a").Value!]).Data);

    [Theory]
    [InlineData("a. TXT \"#\" \"12\"", "the mark of RFC 3597 is not quoted")]
    [InlineData("a. TXT # 12", "and it has a backslash")]
    [InlineData("a. TXT \\## 12", "and is a word of its own")]
    public void A_number_sign_is_text(string text, string why) => Assert.True(MasterFile.Parse(text).IsSuccess, why);

    // RFC 2181 section 5.
    [Theory]
    [InlineData("a. TXT \"v=spf1 -all\"\nb. TXT \"v=spf1 -all\"\na. 60 TXT \"v=spf1 -all\"", 1)]
    [InlineData("a. TXT \"x\" \"y\"\na. TXT \"x\" \"y\"", 1)]
    [InlineData("a. TXT \"x\" \"y\"\na. TXT \"xy\"\na. TXT \"1:x1:y\"\na. TXT \"X\" \"y\"", 4)]
    [InlineData("a. TXT \\195\\169\na. TXT \u00E9\na. TXT \\195 \\169\na. TXT \"\" \u00E9", 3)]
    [InlineData("a. MX 10 b.\nA. MX 10 B.\na. MX 20 b.", 2)]
    [InlineData("a. AAAA 2001:db8::1\na. AAAA 2001:DB8:0::1\na. AAAA ::ffff:192.0.2.1\na. A 192.0.2.1", 3)]
    [InlineData("a. CNAME b.\na. CNAME B.", 1)]
    public void Of_equal_records_one_is_kept(string text, int count) => Assert.Equal(count, MasterFile.Parse(text).Value![DomainName.Parse("a").Value!].Length);

    [Fact]
    public void Many_records_at_a_name_are_compared_in_a_moment()
    {
        var text = string.Concat(Enumerable.Range(0, 100_000).Select(static number => $"a. TXT x{number}\n"));
        Assert.Equal(100_000, MasterFile.Parse(text + text).Value![DomainName.Parse("a").Value!].Length);
    }

    [Fact]
    public void An_origin_can_be_given() => Assert.Equal("a.example.com", Assert.Single(MasterFile.Parse("a A 192.0.2.1", DomainName.Parse("example.com").Value).Value!.Names).ToString());

    [Theory]
    [InlineData("{\"a\": []}", true)]
    [InlineData("\uFEFF\r\n {", true)]
    [InlineData("$ORIGIN a.\n", false)]
    [InlineData("; {", false)]
    [InlineData("", false)]
    public void The_first_character_says_whether_it_is_JSON(string text, bool expected) => Assert.Equal(expected, MasterFile.IsJson(text));

    // RFC 4592: a wildcard answers for names that do not exist, at the closest name that exists.
    [Theory]
    [InlineData("x._domainkey.example.com", DnsStatus.Records)]
    [InlineData("a.b._domainkey.example.com", DnsStatus.Records)]
    [InlineData("s1._domainkey.example.com", DnsStatus.NoData)] // it exists
    [InlineData("a.s1._domainkey.example.com", DnsStatus.NameError)] // so nothing below it is from the wildcard
    [InlineData("x.example.com", DnsStatus.NameError)]
    public async Task A_wildcard_answers_for_what_does_not_exist(string name, DnsStatus expected)
    {
        var zone = MasterFile.Parse("$ORIGIN example.com.\n*._domainkey TXT \"v=DKIM1; p=\"\ns1._domainkey A 192.0.2.1").Value!;
        Assert.Equal(expected, (await Ask(new ZoneResolver(zone), name, DnsRecordType.Txt)).Status);
    }

    private static ValueTask<DnsResponse> Ask(ZoneResolver resolver, string name, DnsRecordType type) =>
        resolver.QueryAsync(new DnsQuestion(DomainName.Parse(name).Value!, type), TestContext.Current.CancellationToken);
}
