using System.Net;
using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Spf;

public partial class SpfEvaluatorTests
{
    [Theory]
    [InlineData("v=spf1 +all", SpfResultCode.Pass)]
    [InlineData("v=spf1 a -all", SpfResultCode.Pass)] // 192.0.2.10 is that of example.com in appendix A
    [InlineData("v=spf1 a:example.org -all", SpfResultCode.Fail)]
    [InlineData("v=spf1 mx -all", SpfResultCode.Fail)]
    [InlineData("v=spf1 mx:example.org -all", SpfResultCode.Fail)]
    [InlineData("v=spf1 mx mx:example.org -all", SpfResultCode.Fail)]
    [InlineData("v=spf1 mx/30 mx:example.org/30 -all", SpfResultCode.Fail)]
    [InlineData("v=spf1 ptr -all", SpfResultCode.Pass)]
    [InlineData("v=spf1 ip4:192.0.2.128/28 -all", SpfResultCode.Fail)]
    [InlineData("v=spf1 mx/24 -all", SpfResultCode.Pass)]
    public async Task RFC_7208_appendix_A_1(string record, SpfResultCode expected) =>
        Assert.Equal(expected, (await AppendixA(record).CheckAsync(client: IPAddress.Parse("192.0.2.10"))).Code);

    [Theory]
    [InlineData("v=spf1 mx -all", "192.0.2.129")]
    [InlineData("v=spf1 mx:example.org -all", "192.0.2.140")]
    [InlineData("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131")]
    [InlineData("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.143")]
    [InlineData("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.140")]
    public async Task RFC_7208_appendix_A_1_the_other_hosts(string record, string client) =>
        Assert.Equal(SpfResultCode.Pass, (await AppendixA(record).CheckAsync(client: IPAddress.Parse(client))).Code);

    [Theory]
    [InlineData(SpfResultCode.Pass, "v=spf1 +all", SpfResultCode.Pass)]
    [InlineData(SpfResultCode.Neutral, "v=spf1 -all", SpfResultCode.Pass)] // no match; ?all decides
    [InlineData(SpfResultCode.Neutral, "v=spf1 ~all", SpfResultCode.Pass)]
    [InlineData(SpfResultCode.Neutral, "v=spf1 ?all", SpfResultCode.Pass)]
    [InlineData(SpfResultCode.Neutral, "v=spf1", SpfResultCode.Pass)]
    [InlineData(SpfResultCode.PermError, "v=spf1 oops", SpfResultCode.Pass)]
    [InlineData(SpfResultCode.PermError, null, SpfResultCode.Pass)] // none becomes permerror
    [InlineData(SpfResultCode.Fail, "v=spf1 +all", SpfResultCode.Fail)]
    public async Task RFC_7208_section_5_2_what_an_include_makes_of_a_result(SpfResultCode expected, string? included, SpfResultCode qualifier)
    {
        var zone = SpfTestZone.Of($"v=spf1 {(qualifier == SpfResultCode.Fail ? "-" : "+")}include:inc.example.net ?all");
        if (included is not null)
        {
            zone.Text("inc.example.net", included);
        }

        Assert.Equal(expected, (await zone.CheckAsync()).Code);
    }

    [Theory]
    [InlineData("v=spf1 -all", SpfResultCode.Fail)]
    [InlineData("v=spf1", SpfResultCode.Neutral)]
    [InlineData("v=spf1 oops", SpfResultCode.PermError)]
    [InlineData("no record", SpfResultCode.PermError)]
    [InlineData(null, SpfResultCode.PermError)]
    public async Task RFC_7208_section_6_1_what_a_redirect_makes_of_a_result(string? target, SpfResultCode expected)
    {
        var zone = SpfTestZone.Of("v=spf1 redirect=_spf.example.net ip4:198.51.100.1");
        if (target is not null)
        {
            zone.Text("_spf.example.net", target);
        }

        Assert.Equal(expected, (await zone.CheckAsync()).Code);
    }

    [Fact]
    public async Task Redirect_is_not_followed_when_a_mechanism_matches_and_all_always_does()
    {
        var result = await SpfTestZone.Of("v=spf1 redirect=_spf.example.net ?all").Text("_spf.example.net", "v=spf1 +all").CheckAsync();
        Assert.Equal((SpfResultCode.Neutral, 0), (result.Code, result.LookupCount));
    }

    [Fact]
    public async Task A_redirect_in_an_included_record_stays_within_the_include()
    {
        var zone = SpfTestZone.Of("v=spf1 include:a.example.net -all").Text("a.example.net", "v=spf1 redirect=b.example.net").Text("b.example.net", "v=spf1 +all");
        var result = await zone.CheckAsync();
        Assert.Equal((SpfResultCode.Pass, 2), (result.Code, result.LookupCount));
        Assert.Equal("include:a.example.net", result.MatchedMechanism?.ToString());
        Assert.Equal("include:a.example.net of example.com matches by +all of b.example.net (RFC 7208 section 5.2)", result.Reason);
    }

    [Fact]
    public async Task Include_of_a_domain_whose_redirect_has_no_record_is_a_permerror()
    {
        var zone = SpfTestZone.Of("v=spf1 include:a.example.net +all").Text("a.example.net", "v=spf1 redirect=b.example.net");
        Assert.Equal(SpfResultCode.PermError, (await zone.CheckAsync()).Code);
    }

    [Theory]
    [InlineData("v=spf1 exists:%{l}.%{d} ?all", "v=spf1 exists:alice.inc.example.net -all", true)] // %{d} is the included domain
    [InlineData("v=spf1 include:inc.example.net -all", "v=spf1 a:%{o} ?all", false)] // %{o} stays the sender's
    public async Task Macros_of_an_included_record_see_its_domain_and_the_sender(string record, string included, bool direct)
    {
        var zone = SpfTestZone.Of(record).Text("inc.example.net", included).Address("alice.example.com", "192.0.2.3").Address("example.com", "192.0.2.3");
        Assert.Equal(SpfResultCode.Pass, (await zone.CheckAsync()).Code);
        Assert.True(direct || zone[EmailAuth.Syntax.DomainName.Parse("example.com").Value!].Length == 2);
    }

    [Theory]
    [InlineData("example.net", SpfResultCode.Pass)]
    [InlineData("b.example.net", SpfResultCode.Pass)]
    [InlineData("a.b.example.net", SpfResultCode.Fail)]
    [InlineData("xb.example.net", SpfResultCode.Fail)] // labels, not characters
    [InlineData("ample.net", SpfResultCode.Fail)]
    public async Task Erratum_4751_the_name_is_within_the_target_of_ptr(string target, SpfResultCode expected)
    {
        var zone = SpfTestZone.Of($"v=spf1 ptr:{target} -all").Pointer(SpfTestZone.IPv4, "b.example.net").Address("b.example.net", "192.0.2.3");
        Assert.Equal(expected, (await zone.CheckAsync()).Code);
    }

    [Fact]
    public async Task A_null_mx_has_no_hosts_and_the_domain_itself_is_not_asked_for()
    {
        var zone = SpfTestZone.Of("v=spf1 mx -all").Exchange("example.com", 0, ".").Address("example.com", "192.0.2.3");
        var result = await zone.CheckAsync();
        Assert.Equal((SpfResultCode.Fail, 0), (result.Code, result.VoidLookupCount));
        Assert.Single(result.Evidence!.Terms[0].Lookups);
    }

    [Theory]
    [InlineData("v=spf1 a:slow.example.net +all", SpfResultCode.TempError)]
    [InlineData("v=spf1 mx:slow.example.net +all", SpfResultCode.TempError)]
    [InlineData("v=spf1 mx:slowhost.example.net +all", SpfResultCode.TempError)]
    [InlineData("v=spf1 exists:slow.example.net +all", SpfResultCode.TempError)]
    [InlineData("v=spf1 include:slow.example.net +all", SpfResultCode.TempError)]
    [InlineData("v=spf1 redirect=slow.example.net", SpfResultCode.TempError)]
    [InlineData("v=spf1 ptr:example.net +all", SpfResultCode.Pass)] // section 5.5: no match
    [InlineData("v=spf1 exists:%{p}.x.example.net ?all", SpfResultCode.Neutral)] // section 7.3: "unknown"
    [InlineData("v=spf1 -all exp=slow.example.net", SpfResultCode.Fail)] // section 6.2: no explanation
    public async Task A_lookup_that_fails(string record, SpfResultCode expected)
    {
        foreach (var failure in new[] { ZoneEntryKind.Timeout, ZoneEntryKind.ServFail })
        {
            var zone = SpfTestZone.Of(record).Add("slow.example.net", failure).Add("3.2.0.192.in-addr.arpa", failure).Exchange("slowhost.example.net", 1, "slow.example.net");
            var result = await zone.CheckAsync();
            Assert.Equal(expected, result.Code);
            Assert.True(expected != SpfResultCode.TempError || result.Reason.Contains("slow.example.net", StringComparison.Ordinal), result.Reason);
        }
    }

    [Fact]
    public async Task The_first_lookup_that_fails_is_a_temperror()
    {
        var result = await new Zone().Add("example.com", ZoneEntryKind.Timeout).CheckAsync();
        Assert.Equal(SpfResultCode.TempError, result.Code);
        Assert.Contains("cannot be looked up", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_the_client_whose_lookup_fails_is_skipped()
    {
        var zone = SpfTestZone.Of("v=spf1 ptr -all").Pointer(SpfTestZone.IPv4, "slow.example.com").Pointer(SpfTestZone.IPv4, "good.example.com")
            .Add("slow.example.com", ZoneEntryKind.ServFail).Address("good.example.com", "192.0.2.3");
        Assert.Equal(SpfResultCode.Pass, (await zone.CheckAsync()).Code);
    }

    [Theory]
    [InlineData("v=spf1 a//0 -all", "2001:db8::1", SpfResultCode.Pass)]
    [InlineData("v=spf1 a//0 -all", "192.0.2.3", SpfResultCode.Fail)] // the IPv6 length says nothing of IPv4
    [InlineData("v=spf1 a/0 -all", "192.0.2.3", SpfResultCode.Pass)]
    [InlineData("v=spf1 a/0 -all", "2001:db8::1", SpfResultCode.Fail)]
    [InlineData("v=spf1 ip6:2001:db8::/32 -all", "2001:db8:ffff::1", SpfResultCode.Pass)]
    [InlineData("v=spf1 ip6:2001:db8::1:0/112 -all", "2001:db8::1:ffff", SpfResultCode.Pass)]
    [InlineData("v=spf1 ip6:2001:db8::1:0/113 -all", "2001:db8::1:ffff", SpfResultCode.Fail)]
    [InlineData("v=spf1 ip6:::/0 -all", "192.0.2.3", SpfResultCode.Fail)]
    [InlineData("v=spf1 ip4:0.0.0.0/0 -all", "2001:db8::1", SpfResultCode.Fail)]
    [InlineData("v=spf1 ip4:192.0.2.77/24 -all", "192.0.2.3", SpfResultCode.Pass)] // host bits of the network do not matter
    [InlineData("v=spf1 ip4:192.0.2.2/31 -all", "192.0.2.3", SpfResultCode.Pass)]
    [InlineData("v=spf1 ip4:192.0.2.2/32 -all", "192.0.2.3", SpfResultCode.Fail)]
    [InlineData("v=spf1 ip4:128.0.0.0/1 -all", "192.0.2.3", SpfResultCode.Pass)]
    [InlineData("v=spf1 ip6:::ffff:192.0.2.3/128 -all", "::ffff:192.0.2.3", SpfResultCode.Fail)] // a mapped client is IPv4
    [InlineData("v=spf1 ip4:192.0.2.3 -all", "::ffff:192.0.2.3", SpfResultCode.Pass)]
    [InlineData("v=spf1 exists:v4.example.net -all", "2001:db8::1", SpfResultCode.Pass)] // section 5.7: A for IPv6 clients too
    [InlineData("v=spf1 exists:v6.example.net -all", "2001:db8::1", SpfResultCode.Fail)]
    public async Task Address_families_and_prefixes(string record, string client, SpfResultCode expected)
    {
        var zone = SpfTestZone.Of(record).Address("example.com", "198.51.100.1").Address("example.com", "2001:db8:1::1")
            .Address("v4.example.net", "127.0.0.2").Address("v6.example.net", "2001:db8::1");
        Assert.Equal(expected, (await zone.CheckAsync(client: IPAddress.Parse(client))).Code);
    }

    [Fact]
    public async Task An_IPv6_client_asks_for_AAAA_alone()
    {
        var result = await SpfTestZone.Of("v=spf1 a mx ?all").Address("example.com", "2001:db8::1").Exchange("example.com", 1, "mx.example.com").CheckAsync(client: SpfTestZone.IPv6);
        Assert.DoesNotContain(result.Evidence!.Terms.SelectMany(term => term.Lookups), lookup => lookup.Type == DnsRecordType.A);
    }

    [Theory]
    [InlineData("foo@[192.0.2.3]")]
    [InlineData("foo@localhost")]
    [InlineData("foo@")]
    [InlineData("foo")]
    [InlineData("foo@exa mple.com")]
    [InlineData("foo@example..com")]
    [InlineData("foo@example.com\r\nRCPT TO:<x>")]
    [InlineData("foo@example.com>")]
    [InlineData("<foo@example.com")]
    [InlineData("foo@bar@example.com")]
    [InlineData("\"foo@example.com")]
    public async Task A_sender_without_a_domain_gives_the_result_none(string mailFrom)
    {
        var result = await SpfTestZone.Of("v=spf1 +all").CheckAsync(mailFrom);
        Assert.Equal(SpfResultCode.None, result.Code);
        Assert.NotEmpty(result.Reason);
        Assert.Equal("none", result.ToMethodResult().Result);
    }

    [Theory]
    [InlineData("<alice@example.com>", "alice@example.com")]
    [InlineData("<@relay.example.net,@r2.example.org:alice@example.com>", "alice@example.com")] // RFC 5321 appendix C: the route is ignored
    [InlineData("\"x@evil.example\"@example.com", "\"x@evil.example\"@example.com")]
    [InlineData("alice@EXAMPLE.com.", "alice@EXAMPLE.com.")]
    [InlineData("@example.com", "@example.com")]
    public async Task The_domain_is_what_RFC_5321_says(string mailFrom, string sender)
    {
        var result = await SpfTestZone.Of("v=spf1 +all").CheckAsync(mailFrom);
        Assert.Equal((SpfResultCode.Pass, "example.com", sender), (result.Code, result.Domain?.ToString(), result.Sender));
        Assert.Equal([$"smtp.mailfrom={sender}"], result.ToMethodResult().Properties.Texts());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("<>")]
    public async Task A_null_reverse_path_is_postmaster_at_the_helo_host_and_says_so(string? mailFrom)
    {
        var resolver = new ZoneResolver(SpfTestZone.Of("v=spf1 +all"));
        var result = await new SpfEvaluator(resolver).EvaluateMailFromAsync(SpfTestZone.IPv4, "example.com", mailFrom, TestContext.Current.CancellationToken);
        Assert.Equal((SpfResultCode.Pass, SpfIdentity.MailFrom, true, "postmaster@example.com"), (result.Code, result.Identity, result.IsNullReversePath, result.Sender));
        Assert.Equal(["smtp.helo=example.com"], result.ToMethodResult().Properties.Texts());
    }

    [Theory]
    [InlineData("example.com", SpfResultCode.Pass)]
    [InlineData("EXAMPLE.COM.", SpfResultCode.Pass)]
    [InlineData("[192.0.2.3]", SpfResultCode.None)]
    [InlineData("localhost", SpfResultCode.None)]
    [InlineData("a b", SpfResultCode.None)]
    [InlineData("", SpfResultCode.None)]
    [InlineData(".", SpfResultCode.None)]
    [InlineData(null, SpfResultCode.None)]
    [InlineData("other.example.net", SpfResultCode.None)]
    public async Task The_helo_identity(string? helo, SpfResultCode expected)
    {
        var resolver = new ZoneResolver(SpfTestZone.Of("v=spf1 +all"));
        var result = await new SpfEvaluator(resolver).EvaluateHeloAsync(SpfTestZone.IPv4, helo, TestContext.Current.CancellationToken);
        Assert.Equal((expected, SpfIdentity.Helo, false), (result.Code, result.Identity, result.IsNullReversePath));
        Assert.DoesNotContain(result.ToMethodResult().Properties, property => property.Name == "mailfrom");
    }

    [Theory]
    [InlineData("v=spf1 include:%{h} +all")] // helo is no domain with a record
    [InlineData("v=spf1 include:x..example.net +all")]
    [InlineData("v=spf1 include:.net +all")]
    [InlineData("v=spf1 redirect=x..example.net")]
    public async Task An_include_or_redirect_of_no_possible_domain_is_a_permerror(string record)
    {
        var result = await SpfTestZone.Of(record).CheckAsync(helo: "localhost");
        Assert.Equal(SpfResultCode.PermError, result.Code);
    }

    [Theory]
    [InlineData("v=spf1 -all", "v=spf1 +all")]
    [InlineData("v=spf1", "v=spf1")]
    [InlineData("v=spf1 -all", "V=SPF1")]
    public async Task Two_records_are_a_permerror(string first, string second) =>
        Assert.Equal(SpfResultCode.PermError, (await SpfTestZone.Of(first).Text("example.com", second).CheckAsync()).Code);

    [Fact]
    public async Task Evidence_shows_every_term_and_lookup_as_a_tree()
    {
        var zone = SpfTestZone.Of("v=spf1 a include:inc.example.net mx -all exp=why.example.com")
            .Address("example.com", "198.51.100.1").Text("inc.example.net", "v=spf1 ip4:198.51.100.0/24 exists:%{i}.x.example.net ~all")
            .Exchange("example.com", 10, "mx.example.com").Address("mx.example.com", "198.51.100.2").Text("why.example.com", "Not %{i}.");
        var result = await zone.CheckAsync();
        Assert.Equal(
            """
            example.com: fail
              TXT example.com: v=spf1 a include:inc.example.net mx -all exp=why.example.com
              a: no match
                A example.com: 198.51.100.1
              include:inc.example.net: no match
                inc.example.net: softfail
                  TXT inc.example.net: v=spf1 ip4:198.51.100.0/24 exists:%{i}.x.example.net ~all
                  ip4:198.51.100.0/24: no match
                  exists:%{i}.x.example.net: no match
                    A 192.0.2.3.x.example.net: no such name
                  ~all: match
              mx: no match
                MX example.com: 10 mx.example.com
                A mx.example.com: 198.51.100.2
              -all: match
              exp=why.example.com: followed
                TXT why.example.com: Not %{i}.
            """.ReplaceLineEndings("\n"),
            result.Evidence!.ToString());
        Assert.Equal((4, 1, "Not 192.0.2.3."), (result.LookupCount, result.VoidLookupCount, result.Explanation));
    }

    [Fact]
    public async Task Evidence_is_there_after_a_permerror_also()
    {
        var result = await SpfTestZone.Of("v=spf1 include:inc.example.net -all").Text("inc.example.net", "v=spf1 oops").CheckAsync();
        Assert.Equal(SpfResultCode.PermError, result.Code);
        Assert.Equal(SpfTermOutcome.Error, result.Evidence!.Terms[0].Outcome);
        Assert.Equal(SpfResultCode.PermError, result.Evidence.Terms[0].Target?.Code);
        Assert.Equal(1, result.LookupCount);
        Assert.Equal("the record of inc.example.net is malformed: not a known mechanism (RFC 7208 section 4.6.1) (at position 7)", result.Reason);
    }

    private static Zone AppendixA(string record)
    {
        var zone = SpfTestZone.Of(record)
            .Exchange("example.com", 10, "mail-a.example.com").Exchange("example.com", 20, "mail-b.example.com")
            .Address("example.com", "192.0.2.10").Address("example.com", "192.0.2.11")
            .Address("amy.example.com", "192.0.2.65").Address("bob.example.com", "192.0.2.66")
            .Address("mail-a.example.com", "192.0.2.129").Address("mail-b.example.com", "192.0.2.130")
            .Exchange("example.org", 10, "mail-c.example.org").Address("mail-c.example.org", "192.0.2.140");
        return zone.Pointer(IPAddress.Parse("192.0.2.10"), "example.com").Pointer(IPAddress.Parse("192.0.2.65"), "amy.example.com");
    }

    private static Zone Hosts(Zone zone) => zone
        .Address("h.example.net", "198.51.100.1").Exchange("m.example.net", 1, "h.example.net").Text("i.example.net", "v=spf1 ?all")
        .Pointer(SpfTestZone.IPv4, "h.example.net");
}
