using System.Globalization;
using System.Net;
using EmailAuth.Dns;
using EmailAuth.Inspection.Spf;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Spf;

/// <summary>What the walk over a record and its includes finds.</summary>
public class SpfInspectorTests
{
    [Theory]
    [InlineData("v=spf1 ipv4:192.0.2.1 -all", "did you mean ip4:?")]
    [InlineData("v=spf1 +ipv6:2001:db8::1 -all", "did you mean ip6:?")]
    [InlineData("v=spf1 ip:192.0.2.1 -all", "did you mean ip4:?")]
    [InlineData("v=spf1 inclde:a.example -all", "did you mean include:?")]
    [InlineData("v=spf1 ip4=192.0.2.1 -all", "did you mean \"ip4:192.0.2.1\"?")]
    [InlineData("v=spf1 include=a.example -all", "did you mean \"include:a.example\"?")]
    [InlineData("v=spf1 redirct=a.example", "did you mean \"redirect=a.example\"?")]
    [InlineData("v=spf1 a//0 -all", "a prefix length of 0 lets every IPv6 address")]
    [InlineData("v=spf1 mx/0 -all", "a prefix length of 0 lets every IPv4 address")]
    [InlineData("v=spf1 ip6:::/0 -all", "a prefix length of 0 lets every IPv6 address")]
    [InlineData("v=spf1 mx:two.example -all", "the mail host absent.two.example has no address")]
    [InlineData("v=spf1 mx:lame.example -all", "the mail host lame.lame.example cannot be looked up")]
    public async Task A_mistake_or_a_risk_is_a_finding(string record, string says)
    {
        var tree = await WalkAsync(record);
        Assert.Contains(tree.Findings, finding => finding.Text.Contains(says, StringComparison.Ordinal));
    }

    public static TheoryData<string, FindingCode, FindingSeverity, string> Records => new()
    {
        { "v=spf1 ipv4:192.0.2.1 -all", FindingCode.SpfMistypedMechanism, FindingSeverity.Error, "i" },
        { "v=spf1 foo:x -all", FindingCode.SpfSyntax, FindingSeverity.Error, "f" },
        { "v=spf1  -all", FindingCode.SpfSeveralSpaces, FindingSeverity.Note, "  " },
        { "v=spf1 a a -all", FindingCode.SpfRepeatedTerm, FindingSeverity.Warning, "a" },
        { "v=spf1 ptr -all", FindingCode.SpfPtr, FindingSeverity.Warning, "ptr" },
        { "v=spf1 exists:%{p}.a.example -all", FindingCode.SpfPointerMacro, FindingSeverity.Warning, "exists:%{p}.a.example" },
        { "v=spf1 zz=%{i} -all", FindingCode.SpfUnknownModifier, FindingSeverity.Warning, "zz=%{i}" },
        { "v=spf1 ip4=192.0.2.1 -all", FindingCode.SpfMistypedModifier, FindingSeverity.Warning, "ip4=192.0.2.1" },
        { "v=spf1 +mx/0 -all", FindingCode.SpfOpenNetwork, FindingSeverity.Error, "+mx/0" },
        { "v=spf1 ip4:10.0.0.0/8 -all", FindingCode.SpfWideNetwork, FindingSeverity.Warning, "ip4:10.0.0.0/8" },
        { "v=spf1 ip4:192.0.2.9/24 -all", FindingCode.SpfBitsAfterPrefix, FindingSeverity.Note, "ip4:192.0.2.9/24" },
        { "v=spf1 a", FindingCode.SpfNoAll, FindingSeverity.Warning, "" },
        { "v=spf1 all", FindingCode.SpfPassAll, FindingSeverity.Error, "all" },
        { "v=spf1 ?ALL", FindingCode.SpfNeutralAll, FindingSeverity.Warning, "?ALL" },
        { "v=spf1 -all mx", FindingCode.SpfUnreachedTerm, FindingSeverity.Warning, "mx" },
        { "v=spf1 redirect=a.example -all", FindingCode.SpfIgnoredRedirect, FindingSeverity.Warning, "redirect=a.example" },
        { "v=spf1 include:a..example -all", FindingCode.SpfImpossibleName, FindingSeverity.Error, "include:a..example" },
        { "v=spf1 include:start.example -all", FindingCode.SpfLoop, FindingSeverity.Error, "include:start.example" },
        { "v=spf1 include:absent.example -all", FindingCode.SpfTargetWithoutRecord, FindingSeverity.Error, "include:absent.example" },
        { "v=spf1 a:absent.example -all", FindingCode.SpfNoAddress, FindingSeverity.Warning, "a:absent.example" },
        { "v=spf1 mx:absent.example -all", FindingCode.SpfNoMailHost, FindingSeverity.Warning, "mx:absent.example" },
        { "v=spf1 a:lame.lame.example -all", FindingCode.SpfTermLookupFailed, FindingSeverity.Warning, "a:lame.lame.example" },
        { " v=spf1 -all", FindingCode.SpfLeadingSpace, FindingSeverity.Error, " " },
        { "\"v=spf1 -all\"", FindingCode.SpfLeadingQuote, FindingSeverity.Error, "\"" },
        { "v=spf10 -all", FindingCode.SpfWrongVersion, FindingSeverity.Error, "v" },
        { "spf2.0/pra -all", FindingCode.SpfSenderId, FindingSeverity.Error, "s" },
    };

    [Theory]
    [MemberData(nameof(Records))]
    public async Task A_record_gets_its_finding_under_its_place(string record, FindingCode code, FindingSeverity severity, string marked)
    {
        var finding = Assert.Single((await WalkAsync(record)).Findings, finding => finding.Code == code);
        Assert.Equal((severity, marked, record, Name("start.example")), (finding.Severity, record.Substring(finding.Position!.Value, finding.Length), finding.Record, finding.Name));
    }

    [Theory]
    [InlineData("v=spf1 include:lame.lame.example -all")]
    [InlineData("v=spf1 redirect=lame.lame.example")]
    public async Task A_target_that_cannot_be_looked_up_is_not_a_target_without_a_record(string record)
    {
        var tree = await WalkAsync(record);
        Assert.Equal([FindingCode.SpfLookupFailed], tree.Findings.Select(finding => finding.Code));
        Assert.Null(tree.Failure);
        Assert.Equal(DnsStatus.Failure, tree.Root.Steps[0].Target!.Failure?.Status);
        Assert.Equal(0, tree.VoidLookups.Count);
    }

    // RFC 7208 section 5.2: an include asks only whether the record gives pass.
    [Theory]
    [InlineData("v=spf1 include:end.example -all", "v=spf1 ip4:192.0.2.1 ?all", null)]
    [InlineData("v=spf1 include:end.example -all", "v=spf1 ip4:192.0.2.1", null)]
    [InlineData("v=spf1 include:between.example -all", "v=spf1 ip4:192.0.2.1 ?all", null)] // an include, and from there a redirect
    [InlineData("v=spf1 include:end.example -all", "v=spf1 +all", FindingCode.SpfPassAll)]
    [InlineData("v=spf1 redirect=end.example", "v=spf1 ip4:192.0.2.1 ?all", FindingCode.SpfNeutralAll)]
    [InlineData("v=spf1 redirect=end.example", "v=spf1 ip4:192.0.2.1", FindingCode.SpfNoAll)]
    [InlineData("v=spf1 redirect=between.example", "v=spf1 ip4:192.0.2.1", FindingCode.SpfNoAll)]
    public async Task The_end_of_a_record_counts_unless_an_include_leads_to_it(string record, string end, FindingCode? code)
    {
        var zone = ZoneWith(record).Add("end.example", ZoneEntryKind.Txt, end).Add("between.example", ZoneEntryKind.Txt, "v=spf1 redirect=end.example");
        var tree = await SpfInspector.InspectAsync(Name("start.example"), new ZoneResolver(zone), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(code is { } expected ? [expected] : [], tree.Findings.Select(static finding => finding.Code));
    }

    [Theory]
    [InlineData("v=spf1 include:absent.example -all", "RFC 7208 section 5.2")]
    [InlineData("v=spf1 redirect=absent.example", "RFC 7208 section 6.1")]
    public async Task A_target_without_a_record_names_the_section_of_its_term(string record, string section)
    {
        var finding = Assert.Single((await WalkAsync(record)).Findings, finding => finding.Code == FindingCode.SpfTargetWithoutRecord);
        Assert.Equal(section, finding.Section);
        Assert.Contains($"({section})", finding.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v=spf1 -a/0 ?mx/0 -all")]
    [InlineData("v=spf1 ip4:192.0.2.1 RA=postmaster rr=all rp=10 -all")]
    [InlineData("v=spf1 mx:five.example -all")]
    public async Task A_correct_record_has_no_finding(string record)
    {
        var findings = (await WalkAsync(record)).Findings.Where(finding => finding.Severity != FindingSeverity.Note && finding.Code is not (FindingCode.SpfNullMx or FindingCode.SpfNoMailHost or FindingCode.SpfNoAddress));
        Assert.Empty(findings);
    }

    [Theory]
    [InlineData("v=spf1 x=1 -all")]
    [InlineData("v=spf1 moo.tag=%{h} -all")]
    public async Task A_modifier_that_is_similar_to_no_term_gets_no_suggestion(string record)
    {
        var finding = Assert.Single((await WalkAsync(record)).Findings);
        Assert.Equal(FindingCode.SpfUnknownModifier, finding.Code);
    }

    [Fact]
    public async Task The_limits_are_those_of_the_check()
    {
        var options = new SpfOptions { MaxLookups = 3, MaxVoidLookups = 1, MaxMailHosts = 1 };
        var tree = await SpfInspector.InspectAsync(
            Name("start.example"), new ZoneResolver(ZoneWith("v=spf1 a:x1.example a:x2.example mx:two.example a:x3.example -all")), options, TestContext.Current.CancellationToken);
        string[] expected = ["4 DNS lookups, but only 3 are allowed", "3 lookups find nothing, but only 1 may", "2 mail hosts, but a check may look up only 1"];
        Assert.All(expected, says => Assert.Contains(tree.Findings, finding => finding.Severity == FindingSeverity.Error && finding.Text.Contains(says, StringComparison.Ordinal)));
        Assert.Equal((3, 1), (tree.MaxLookups, tree.MaxVoidLookups));
    }

    [Theory]
    [InlineData(80, 80, false)]
    [InlineData(100, 80, false)]
    [InlineData(10, 60, true)]
    public async Task The_walk_continues_beyond_the_limit_and_then_ends(int limit, int walked, bool isCut)
    {
        var record = $"v=spf1 {string.Join(' ', Enumerable.Repeat("a", 80))} -all";
        var tree = await SpfInspector.InspectAsync(
            Name("start.example"), new ZoneResolver(ZoneWith(record)), new SpfOptions { MaxLookups = limit }, TestContext.Current.CancellationToken);
        Assert.Equal((walked, isCut), (tree.LookupCount, tree.IsCut));
        Assert.Equal(walked > limit, tree.Root.Findings.Any(finding => finding.Severity == FindingSeverity.Error));
    }

    [Fact]
    public async Task Nothing_after_all_is_followed_and_the_redirect_comes_last()
    {
        var tree = await WalkAsync("v=spf1 redirect=a.example a:start.example -all mx");
        Assert.Equal(["a:start.example"], tree.Root.Steps.Select(step => step.Term.ToString()));
        tree = await WalkAsync("v=spf1 redirect=a.example a:start.example");
        Assert.Equal(["a:start.example", "redirect=a.example"], tree.Root.Steps.Select(step => step.Term.ToString()));
    }

    [Fact]
    public async Task Lookups_that_depend_on_the_message_may_find_nothing_too()
    {
        var tree = await WalkAsync("v=spf1 exists:%{i}.a.example exists:%{l}.b.example exists:%{h}.c.example -all");
        Assert.Contains(tree.Root.Findings, finding => finding.Text.StartsWith("up to 3 lookups find nothing, but only 2 may: permerror for a client", StringComparison.Ordinal));
    }

    // Records at random, whose counts say nothing of a permerror: no client that matches nothing gets one.
    [Fact]
    public async Task A_record_without_a_finding_on_counts_is_not_a_permerror_for_any_client()
    {
        var random = new Random(20260611);
        var (clean, warned) = (0, 0);
        for (var i = 0; i < 400; i++)
        {
            var zone = RandomZone(random);
            var resolver = new ZoneResolver(zone);
            var tree = await SpfInspector.InspectAsync(Name("d0.example"), resolver, cancellationToken: TestContext.Current.CancellationToken);
            var isWarned = tree.Findings.Any(finding => finding.Text.Contains("permerror", StringComparison.Ordinal));
            _ = isWarned ? warned++ : clean++;
            foreach (var client in new[] { "192.0.2.77", "2001:db8::77" })
            {
                var result = await new SpfEvaluator(resolver).EvaluateMailFromAsync(
                    IPAddress.Parse(client), "mail.example.com", "joe@d0.example", TestContext.Current.CancellationToken);
                Assert.True(isWarned || result.Code != SpfResultCode.PermError, $"{client}: {result.Reason}\n{zone.ToJson()}");
            }
        }

        // Both kinds are there, or the comparison would say nothing.
        Assert.True(clean > 50 && warned > 50, $"{clean} clean, {warned} warned");
    }

    // Hosts hN have IPv4 when N is even, IPv6 when N divides by 3, so neither for 1, 5, 7; x is absent. No client matches.
    private static Zone RandomZone(Random random)
    {
        var zone = new Zone();
        for (var host = 0; host < 8; host++)
        {
            zone.Add(Name(Indexed("h", host)));
            _ = host % 2 == 0 ? zone.Add(Indexed("h", host), ZoneEntryKind.A, "198.51.100.1") : zone;
            _ = host % 3 == 0 ? zone.Add(Indexed("h", host), ZoneEntryKind.Aaaa, "2001:db8:1::1") : zone;
            zone.Add(Name(Indexed("m", host)), new ZoneRecord { Type = ZoneEntryKind.MX, Preference = 1, Data = host == 0 ? "." : Indexed("h", host) });
        }

        for (var domain = 0; domain < 4; domain++)
        {
            var terms = Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(6) switch
            {
                0 => $"a:{Indexed("h", random.Next(10))}",
                1 => $"mx:{Indexed("m", random.Next(10))}",
                2 when domain < 3 => $"include:{Indexed("d", random.Next(domain + 1, 4))}",
                3 => "ptr",
                4 => $"exists:{Indexed("x", random.Next(3))}",
                _ => "ip4:203.0.113.1",
            });
            zone.Add(Indexed("d", domain), ZoneEntryKind.Txt, $"v=spf1 {string.Join(' ', terms)} -all");
        }

        return zone;
    }

    private static string Indexed(string prefix, int index) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{index}.example");

    private static Task<SpfInspection> WalkAsync(string record) =>
        SpfInspector.InspectAsync(Name("start.example"), new ZoneResolver(ZoneWith(record)), cancellationToken: TestContext.Current.CancellationToken);

    private static Zone ZoneWith(string record) => new Zone()
        .Add("start.example", ZoneEntryKind.Txt, record)
        .Add("start.example", ZoneEntryKind.A, "192.0.2.1")
        .Add(Name("start.example"), new ZoneRecord { Type = ZoneEntryKind.MX, Preference = 1, Data = "start.example" })
        .Add("a.example", ZoneEntryKind.Txt, "v=spf1 -all")
        .Add(Name("two.example"), new ZoneRecord { Type = ZoneEntryKind.MX, Preference = 1, Data = "start.example" })
        .Add(Name("two.example"), new ZoneRecord { Type = ZoneEntryKind.MX, Preference = 2, Data = "absent.two.example" })
        .Add(Name("five.example"), new ZoneRecord { Type = ZoneEntryKind.MX, Preference = 1, Data = "six.example" })
        .Add("six.example", ZoneEntryKind.Aaaa, "2001:db8::6")
        .Add(Name("lame.example"), new ZoneRecord { Type = ZoneEntryKind.MX, Preference = 1, Data = "lame.lame.example" })
        .Add("lame.lame.example", ZoneEntryKind.ServFail);

    private static DomainName Name(string text) => DomainName.ParseDnsName(text).Value!;
}
