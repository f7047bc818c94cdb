using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>How much is asked at most, and for what nothing is asked.</summary>
public class DmarcDiscoveryLimitTests
{
    private const string Reject = "example.com v=DMARC1;p=reject";

    [Fact]
    public void The_allowances_are_those_of_RFC_9989_section_4_10()
    {
        Assert.Equal([0, 9, 18, 144], new[] { 0, 1, 2, 16 }.Select(DmarcDiscovery.AuthorAllowance));
        Assert.Equal(88, DmarcDiscovery.IdentifierAllowance(DmarcOptions.Default));
        Assert.Equal(8, DmarcDiscovery.IdentifierAllowance(new DmarcOptions { MaxIdentifiers = 1 }));
    }

    [Fact]
    public void The_options_have_their_defaults()
    {
        Assert.Equal((11, true, null), (DmarcOptions.Default.MaxIdentifiers, DmarcOptions.Default.Prefetch, DmarcOptions.Default.PublicSuffixList));
        Assert.Equal(1, new DmarcOptions { MaxIdentifiers = 1 }.MaxIdentifiers);
        Assert.Equal("value", Assert.Throws<ArgumentOutOfRangeException>(() => new DmarcOptions { MaxIdentifiers = 0 }).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DmarcOptions { MaxIdentifiers = -1 });
        Assert.Same(TreeWalkStrategy.Instance, DmarcOptions.Default.NewStrategy());
        Assert.True(DmarcOptions.Default.NewStrategy() is { FollowsRecords: true, Method: DmarcDiscoveryMethod.TreeWalk });
        var list = new DmarcOptions { PublicSuffixList = PublicSuffixList.Load(new StringReader("com")) }.NewStrategy();
        Assert.True(list is PublicSuffixListStrategy { FollowsRecords: false, Method: DmarcDiscoveryMethod.PublicSuffixList });
        Assert.All(["v=DMARC1", "v=DMARC1;psd=y", "v=DMARC1;psd=n"], text => Assert.True(list.EndsWalk(DmarcRecord.Parse(text).Value!)));
        Assert.Equal([false, true, true], new[] { "u", "y", "n" }.Select(psd => TreeWalkStrategy.Instance.EndsWalk(DmarcRecord.Parse("v=DMARC1;psd=" + psd).Value!)));
    }

    // Of the identifiers that need a walk, as many as the limit have one; the same domain again is not another one.
    [Theory]
    [InlineData(1, "a", "1")]
    [InlineData(1, "ab", "10")]
    [InlineData(1, "aba", "101")]
    [InlineData(2, "ab", "11")]
    [InlineData(2, "abc", "110")]
    [InlineData(2, "aabbcab", "1111011")]
    [InlineData(3, "abcd", "1110")]
    [InlineData(3, "abcabcd", "1111110")]
    [InlineData(11, "abcdefghijklmk", "11111111111001")]
    public async Task As_many_identifiers_as_the_limit_have_a_walk(int limit, string identifiers, string walked)
    {
        var situation = new DmarcSituation("example.com", Reject, string.Join(',', identifiers.Select(c => $"dkim {c}.example.com")), new DmarcOptions { MaxIdentifiers = limit });
        foreach (var isAtOnce in new[] { true, false })
        {
            var (result, queries) = await situation.JudgeAsync(isAtOnce);
            Assert.Equal(walked, string.Concat(result.Alignments.Select(alignment => alignment.Outcome switch { DmarcAlignmentOutcome.SameOrganizationalDomain => '1', DmarcAlignmentOutcome.NotChecked => '0', _ => '?' })));
            var count = identifiers.Distinct().Count(c => walked[identifiers.IndexOf(c, StringComparison.Ordinal)] == '1');
            Assert.Equal((count + 2, count + 2), (result.LookupCount, queries.Split(' ').Length - 2));
        }
    }

    [Theory]
    [InlineData("com", "_dmarc.com")]
    [InlineData("example.com", "_dmarc.example.com _dmarc.com")] // above it is a top-level domain, whose record seldom asks whether the author exists
    [InlineData("a.example.com", "_dmarc.a.example.com _dmarc.example.com _dmarc.com a.example.com")]
    [InlineData("1.2.3.4.5.6.7.8", "_dmarc.1.2.3.4.5.6.7.8 _dmarc.2.3.4.5.6.7.8 _dmarc.3.4.5.6.7.8 _dmarc.4.5.6.7.8 _dmarc.5.6.7.8 _dmarc.6.7.8 _dmarc.7.8 _dmarc.8 1.2.3.4.5.6.7.8")]
    public void What_is_asked_at_once_when_the_author_is_known(string author, string expected)
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        new DmarcEvaluator(resolver).BeginDiscovery(DmarcSituation.Name(author), new DnsSession(resolver)).PrefetchExistence();
        Assert.Equal(author.Count(c => c == '.') == 1 ? expected + " " + author : author == "com" ? "_dmarc.com com" : expected, string.Join(' ', resolver.Names));

        var inOrder = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        new DmarcEvaluator(inOrder, new DmarcOptions { Prefetch = false }).BeginDiscovery(DmarcSituation.Name(author), new DnsSession(inOrder)).Prefetch(DmarcSituation.Name("x." + author));
        Assert.Equal(0, inOrder.AskedCount);
    }

    [Theory]
    [InlineData("a.example.com", "a.example.com", "")] // the author's own walk
    [InlineData("a.example.com", "example.com", "")] // part of that walk
    [InlineData("a.example.com", "b.example.com", "_dmarc.b.example.com")]
    [InlineData("a.example.com", "c.b.example.com", "_dmarc.c.b.example.com _dmarc.b.example.com")]
    [InlineData("a.example.com", "c.a.example.com", "_dmarc.c.a.example.com")]
    [InlineData("a.example.com", "other.com", "")] // shares one label
    [InlineData("a.example.com", "com", "")]
    [InlineData("a.example.com", "example.org", "")]
    public void What_is_asked_ahead_for_a_likely_identifier(string author, string identifier, string expected)
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        var discovery = new DmarcEvaluator(resolver).BeginDiscovery(DmarcSituation.Name(author), new DnsSession(resolver));
        var before = resolver.AskedCount;
        discovery.Prefetch(DmarcSituation.Name(identifier));
        Assert.Equal(expected, string.Join(' ', resolver.Names[before..]));

        // With a list nothing follows from an identifier's records.
        resolver = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        discovery = new DmarcEvaluator(resolver, new DmarcOptions { PublicSuffixList = PublicSuffixList.Load(new StringReader("com")) })
            .BeginDiscovery(DmarcSituation.Name(author), new DnsSession(resolver));
        before = resolver.AskedCount;
        discovery.Prefetch(DmarcSituation.Name(identifier));
        discovery.Prefetch(DmarcSituation.Name(identifier), isNeeded: true);
        Assert.Equal(before, resolver.AskedCount);
    }

    // What is sure to be needed does not wait behind what others have asked ahead.
    [Fact]
    public void The_walk_of_the_author_goes_before_what_other_checks_prefetch()
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        var session = new DnsSession(resolver);
        var other = session.Begin(DnsPurpose.SpfMailFrom, 100);
        for (var i = 0; i < DnsTurns.MaxInFlight; i++)
        {
            Assert.NotNull(other.Prefetch(new DnsQuestion(DmarcSituation.Name($"h{i}.example.org"), DnsRecordType.A)));
        }

        Assert.Equal(DnsTurns.MaxInFlight, resolver.Waiting);
        new DmarcEvaluator(resolver).BeginDiscovery(DmarcSituation.Name("a.example.com"), session);
        Assert.Equal("_dmarc.a.example.com _dmarc.example.com _dmarc.com a.example.com", string.Join(' ', resolver.Names[DnsTurns.MaxInFlight..]));
        session.Cancel();
    }

    [Fact]
    public async Task An_identifier_that_was_only_likely_takes_no_walk_from_others()
    {
        var resolver = new ScriptedResolver(DmarcSituation.ZoneOf(Reject));
        var discovery = new DmarcEvaluator(resolver, new DmarcOptions { MaxIdentifiers = 1 }).BeginDiscovery(DmarcSituation.Name("a.example.com"), new DnsSession(resolver));
        discovery.Prefetch(DmarcSituation.Name("b.example.com"));
        Assert.Contains("TXT _dmarc.b.example.com", resolver.Asked);
        Assert.NotNull(await discovery.WalkAsync(DmarcSituation.Name("c.example.com"), TestContext.Current.CancellationToken));
        Assert.Null(await discovery.WalkAsync(DmarcSituation.Name("b.example.com"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_discovery_answers_the_same_again_without_asking()
    {
        var resolver = new ScriptedResolver(DmarcSituation.ZoneOf(Reject));
        var discovery = new DmarcEvaluator(resolver, new DmarcOptions { Prefetch = false }).BeginDiscovery(DmarcSituation.Name("a.example.com"), new DnsSession(resolver));
        Assert.Null(discovery.AuthorWalk);
        var token = TestContext.Current.CancellationToken;
        var selection = await discovery.SelectAsync(token);
        Assert.Same(selection, await discovery.SelectAsync(token));
        Assert.Equal(("a.example.com", 3, 3), (discovery.AuthorWalk!.Start.ToString(), discovery.AuthorWalk.Lookups.Length, discovery.LookupCount));
        Assert.Same(discovery.AuthorWalk.Lookups, discovery.AllLookups(discovery.AuthorWalk));
        var existence = await discovery.ExistenceAsync(token);
        Assert.Same(existence, await discovery.ExistenceAsync(token));
        Assert.Equal((DnsStatus.NameError, 4, 4), (existence.Status, discovery.LookupCount, resolver.AskedCount));
        var walk = await discovery.WalkAsync(DmarcSituation.Name("b.example.com"), token);
        Assert.Equal("b.example.com example.com com", string.Join(' ', walk!.Lookups.Select(lookup => lookup.Domain)));
        Assert.Equal("a.example.com example.com com b.example.com", string.Join(' ', discovery.AllLookups(discovery.AuthorWalk).Select(lookup => lookup.Domain)));
        Assert.Equal(5, resolver.AskedCount);
    }

    // More lookups than are searched one by one: each name is still asked once.
    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(12)]
    public async Task Each_name_is_asked_once_however_many_there_are(int count)
    {
        var identifiers = string.Join(',', Enumerable.Range(0, 2 * count).Select(n => $"dkim {(char)('a' + (n % count))}.x.example.com"));
        foreach (var isAtOnce in new[] { true, false })
        {
            var (result, queries) = await new DmarcSituation("example.com", Reject, identifiers, new DmarcOptions { MaxIdentifiers = 30 }).JudgeAsync(isAtOnce);
            Assert.Equal((count + 3, count + 3), (result.LookupCount, result.Lookups.Length));
            Assert.Equal(queries.Split(' ')[2..].Distinct(), queries.Split(' ')[2..]);
            Assert.Equal(count + 3, queries.Split(' ').Length - 2);
            Assert.All(result.Alignments, alignment => Assert.Equal("example.com", alignment.OrganizationalDomain?.ToString()));
        }
    }

    [Theory]
    [InlineData("v=DMARC1;p=none", "Record ", "_dmarc.example.com: v=DMARC1;p=none")]
    [InlineData("other", "NoRecord the TXT records are not DMARC records", "_dmarc.example.com: the TXT records are not DMARC records")]
    [InlineData("v=DMARC1 x", "NoRecord the TXT records are not DMARC records", "_dmarc.example.com: the TXT records are not DMARC records")]
    [InlineData("v=DMARC1;p=none/v=DMARC1;p=none", "SeveralRecords 2 DMARC records, all discarded (RFC 9989 section 4.10)", "_dmarc.example.com: 2 DMARC records, all discarded (RFC 9989 section 4.10)")]
    [InlineData("v=DMARC1/a/v=DMARC1;p=none/v=DMARC1", "SeveralRecords 3 DMARC records, all discarded (RFC 9989 section 4.10)", "_dmarc.example.com: 3 DMARC records, all discarded (RFC 9989 section 4.10)")]
    [InlineData("A", "NoRecord no TXT record", "_dmarc.example.com: no TXT record")]
    [InlineData("", "NoRecord NXDOMAIN", "_dmarc.example.com: NXDOMAIN")]
    [InlineData("!", "TemporaryFailure SERVFAIL", "_dmarc.example.com: SERVFAIL")]
    public async Task What_a_step_finds(string texts, string expected, string line)
    {
        var zone = new Zone();
        _ = texts switch
        {
            "" => zone,
            "A" => zone.Add("_dmarc.example.com", ZoneEntryKind.A, "192.0.2.1"),
            "!" => zone.Add("_dmarc.example.com", ZoneEntryKind.ServFail),
            _ => texts.Split('/').Aggregate(zone, (all, text) => all.Add("_dmarc.example.com", ZoneEntryKind.Txt, text)),
        };
        var result = await new DmarcEvaluator(new ZoneResolver(zone)).EvaluateAsync(DmarcSituation.Name("example.com"), [], TestContext.Current.CancellationToken);
        var step = result.Walk[0];
        Assert.Equal((expected, line), ($"{step.Found} {step.Reason}", step.ToString()));
        Assert.Equal(step.Found == DmarcLookupOutcome.Record ? texts : null, step.Record?.Text);
        Assert.Equal("_dmarc.x: no record", new DmarcLookup(DmarcSituation.Name("x")) { Found = DmarcLookupOutcome.NoRecord }.ToString());
    }

    // Questions that were asked ahead and turn out not to be needed are given up.
    [Fact]
    public async Task Nothing_is_asked_any_more_when_the_result_is_known()
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(DmarcSituation.ZoneOf("a.example.com v=DMARC1;p=none;psd=n")));
        var evaluation = new DmarcEvaluator(resolver).EvaluateAsync(DmarcSituation.Name("a.example.com"), [], TestContext.Current.CancellationToken).AsTask();
        Assert.Equal(4, resolver.Outstanding);
        resolver.AnswerOne(0);
        Assert.Equal((DmarcResultCode.Fail, 1), ((await evaluation).Code, (await evaluation).LookupCount));
        Assert.Equal(0, resolver.Outstanding);
    }

    [Fact]
    public async Task What_is_missing_is_said_before_anything_is_asked()
    {
        var resolver = new ScriptedResolver(new Zone());
        var evaluator = new DmarcEvaluator(resolver);
        var (name, token) = (DmarcSituation.Name("example.com"), TestContext.Current.CancellationToken);
        Assert.Equal("identifiers", Assert.Throws<ArgumentNullException>(() => { _ = evaluator.EvaluateAsync(name, null!, token).AsTask(); }).ParamName);
        Assert.Equal("authorDomain", Assert.Throws<ArgumentNullException>(() => { _ = evaluator.EvaluateAsync(null!, [], token).AsTask(); }).ParamName);
        Assert.Equal("author", Assert.Throws<ArgumentNullException>(() => { _ = evaluator.EvaluateAuthorAsync(null!, [], token).AsTask(); }).ParamName);
        var discovery = new DmarcEvaluator(resolver, new DmarcOptions { Prefetch = false }).BeginDiscovery(name, new DnsSession(resolver));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await DmarcEvaluator.EvaluateAsync(discovery, null!, token));
        var destinations = new DmarcReportDestinations(resolver);
        Assert.Equal("policyDomain", (await Assert.ThrowsAsync<ArgumentNullException>(async () => await destinations.CheckAsync(null!, [], DmarcReportKind.Aggregate, token))).ParamName);
        Assert.Equal("uris", (await Assert.ThrowsAsync<ArgumentNullException>(async () => await destinations.CheckAsync(name, null!, DmarcReportKind.Aggregate, token))).ParamName);
        Assert.Equal(0, resolver.AskedCount);
    }

    // 246 characters and "_dmarc." are the longest name that can be asked.
    [Theory]
    [InlineData(246, 3)]
    [InlineData(247, 2)]
    public async Task A_name_that_is_too_long_with_its_label_is_not_asked(int length, int lookups)
    {
        var label = new string('a', 60);
        var author = $"{label}.{label}.{label}.{new string('b', length - 183 - ".example".Length)}.example";
        Assert.Equal(length, author.Length);
        var (result, _) = await new DmarcSituation(author, "example v=DMARC1;p=none", "").JudgeAsync(isAtOnce: false);
        Assert.Equal((5, lookups + 2), (result.Walk.Length, result.LookupCount));
        Assert.Equal(length == 247, result.Walk[0].Reason == "not asked: with \"_dmarc.\" the name exceeds 253 characters");
        Assert.Equal(DmarcLookupOutcome.NoRecord, result.Walk[0].Found);
    }

    [Fact]
    public void A_walk_knows_its_failures_and_its_names()
    {
        var names = new[] { "a.b.c.d", "b.c.d", "c.d", "d" }.Select(DmarcSituation.Name).ToArray();
        var lookups = names.Select((name, i) => new DmarcLookup(name) { Found = i % 2 == 1 ? DmarcLookupOutcome.TemporaryFailure : DmarcLookupOutcome.NoRecord }).ToArray();
        var walk = new DmarcWalk(names[0], lookups);
        Assert.Equal((names[0], lookups), (walk.Start, walk.Lookups));
        Assert.Same(lookups[1], walk.FirstFailure());
        Assert.Equal([names[1], names[3]], walk.FailedDomains()!);
        Assert.Equal([names[3], names[2], names[1]], walk.FailedDomains([names[3], names[2]])!);
        Assert.Equal(lookups, names.Select(walk.At));
        Assert.Null(walk.At(DmarcSituation.Name("b.d")));
        var whole = new DmarcWalk(names[0], [lookups[0], lookups[2]]);
        Assert.Null(whole.FirstFailure());
        Assert.Null(whole.FailedDomains());
        List<DomainName> given = [names[1]];
        Assert.Same(given, whole.FailedDomains(given));
    }
}
