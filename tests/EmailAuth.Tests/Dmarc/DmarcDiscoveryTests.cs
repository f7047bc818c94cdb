using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>What is asked, when, and how often.</summary>
public class DmarcDiscoveryTests
{
    private static readonly DmarcOptions InOrder = new() { Prefetch = false };

    private static Zone Example => new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; np=none");

    [Fact]
    public async Task A_typical_message_waits_for_one_round()
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(Example));
        var result = await Run(resolver, null, "example.com", "example.com");
        Assert.Equal(DmarcResultCode.Pass, result.Code);
        Assert.Equal(1, resolver.Rounds);
        Assert.Equal("_dmarc.example.com _dmarc.com", string.Join(' ', resolver.Names));
    }

    [Fact]
    public async Task A_subdomain_that_may_not_exist_waits_for_one_round_too()
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(Example));
        var result = await Run(resolver, null, "gone.example.com", "example.com");
        Assert.Equal(DmarcResultCode.Pass, result.Code);
        Assert.Equal("np", result.PolicyTag);
        Assert.Equal(1, resolver.Rounds);
        Assert.Equal("_dmarc.gone.example.com _dmarc.example.com _dmarc.com gone.example.com", string.Join(' ', resolver.Names));
    }

    [Fact]
    public async Task A_likely_identifier_can_be_asked_for_ahead()
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(Example));
        var evaluator = new DmarcEvaluator(resolver);
        var discovery = evaluator.BeginDiscovery(Name("example.com"), new DnsSession(resolver));
        discovery.Prefetch(Name("mail.example.com"));
        discovery.Prefetch(Name("mail.example.com"));
        discovery.Prefetch(Name("example.com")); // equal: needs no walk
        discovery.Prefetch(Name("sender.example")); // cannot align
        Assert.Equal("_dmarc.example.com _dmarc.com _dmarc.mail.example.com", string.Join(' ', resolver.Names));
        var result = await Finish(resolver, DmarcEvaluator.EvaluateAsync(discovery, [Dkim("mail.example.com")], CancellationToken.None));
        Assert.Equal(DmarcResultCode.Pass, result.Code);
        Assert.Equal(1, resolver.Rounds);
        Assert.Equal(3, result.LookupCount);
    }

    [Fact]
    public async Task Without_it_the_walks_of_all_identifiers_share_the_second_round()
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(Example));
        var result = await Run(resolver, null, "example.com", "a.example.com", "b.example.com", "b.a.example.com");
        Assert.Equal(2, resolver.Rounds);
        Assert.Equal(5, resolver.AskedCount);
        Assert.All(result.Alignments, alignment => Assert.True(alignment.IsAligned));
    }

    [Fact]
    public async Task In_order_one_query_follows_the_other_and_a_flag_saves_the_rest()
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(new Zone().Add("_dmarc.b.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none; psd=n")));
        var result = await Run(resolver, InOrder, "a.b.example.com", "b.example.com");
        Assert.Equal("_dmarc.a.b.example.com _dmarc.b.example.com", string.Join(' ', resolver.Names));
        Assert.Equal(2, resolver.Rounds);
        Assert.Equal(DmarcResultCode.Pass, result.Code);
        Assert.Equal(2, result.LookupCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_identifier_outside_the_organizational_domain_costs_no_query(bool atOnce)
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(Example));
        var result = await Run(resolver, new DmarcOptions { Prefetch = atOnce }, "example.com", "evil.example", "other.com", "com");
        Assert.Equal(DmarcResultCode.Fail, result.Code);
        Assert.Equal(2, resolver.AskedCount);
        Assert.All(result.Alignments, a => Assert.Equal(DmarcAlignmentOutcome.DifferentOrganizationalDomain, a.Outcome));
    }

    [Fact]
    public async Task No_walk_is_made_for_strict_alignment()
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; adkim=s")));
        var result = await Run(resolver, null, "example.com", "mail.example.com");
        Assert.Equal(DmarcResultCode.Fail, result.Code);
        Assert.Equal(2, resolver.AskedCount);
    }

    [Fact]
    public async Task No_walk_is_made_for_identifiers_when_no_record_applies()
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        var result = await Run(resolver, null, "example.com", "mail.example.com");
        Assert.Equal(DmarcResultCode.None, result.Code);
        Assert.Equal(2, resolver.AskedCount);
    }

    [Fact]
    public async Task As_many_identifiers_as_are_allowed_have_a_walk()
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(Example));
        var identifiers = Enumerable.Range(0, 50).Select(i => $"i{i}.example.com").ToArray();
        var result = await Run(resolver, null, "example.com", identifiers);
        Assert.Equal(2 + 11, resolver.AskedCount);
        Assert.Equal(DmarcResultCode.Pass, result.Code);
        Assert.Equal(DmarcAlignmentOutcome.NotChecked, result.Alignments[^1].Outcome);
        Assert.Contains("MaxIdentifiers", result.Alignments[^1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_of_many_domains_is_asked_for_once_where_the_limit_is_raised()
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(Example));
        var identifiers = Enumerable.Range(0, 400).Select(i => $"i{i % 200}.example.com").ToArray();
        var result = await Run(resolver, new DmarcOptions { MaxIdentifiers = 1000 }, "example.com", identifiers);
        Assert.Equal(200 + 2, resolver.AskedCount); // and example.com and com
        Assert.Equal(202, result.Lookups.Length);
        Assert.All(result.Alignments, alignment => Assert.True(alignment.IsAligned));
    }

    [Fact]
    public async Task Other_texts_at_the_name_do_not_use_the_cache_of_records()
    {
        // A stranger's thousands of texts would drive out the records of everybody else.
        var zone = Example;
        string[] others = ["v=spf1 -all", "v=DMARC2; p=none", "V = DKIM1; p=", "v=dmarc1; p=none", "version=DMARC1", "vDMARC1; p=none", "v=STSv1; id=1"];
        foreach (var text in others)
        {
            zone.Add("_dmarc.example.com", ZoneEntryKind.Txt, text);
        }

        var records = new DmarcRecordCache();
        var result = await new DmarcEvaluator(new ZoneResolver(zone), null, records).EvaluateAsync(Name("example.com"), [], CancellationToken.None);
        Assert.Equal("v=DMARC1; p=reject; np=none", result.Record?.Text);
        Assert.Equal(1, records.Count);
    }

    [Fact]
    public void The_limit_of_identifiers_allows_one_walk() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DmarcOptions { MaxIdentifiers = 0 });

    [Theory]
    [InlineData(110, 9)]
    [InlineData(120, 8)] // with "_dmarc." the name itself is too long to be asked
    public async Task A_name_of_very_many_labels_needs_eight_queries_and_one_for_its_existence(int labels, int queries)
    {
        var name = string.Join('.', Enumerable.Repeat("a", labels)) + ".example.com";
        var resolver = ScriptedResolver.Held(new ZoneResolver(Example));
        var result = await Run(resolver, null, name);
        Assert.Equal(DmarcResultCode.Fail, result.Code);
        Assert.Equal(8, result.Walk.Length);
        Assert.Equal(queries, resolver.AskedCount);
    }

    [Fact]
    public async Task A_name_too_long_for_the_dmarc_label_is_skipped_and_the_walk_continues()
    {
        var label = new string('a', 63);
        var name = $"{label}.{label}.{label}.{new string('b', 49)}.example.com";
        Assert.True(name.Length is > 247 and <= 253);
        var result = await Run(ScriptedResolver.Held(new ZoneResolver(Example)), InOrder, name);
        Assert.Equal(DmarcLookupOutcome.NoRecord, result.Walk[0].Found);
        Assert.Contains("253", result.Walk[0].Reason, StringComparison.Ordinal);
        Assert.Equal("example.com", result.PolicyDomain?.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancellation_ends_the_wait(bool atOnce)
    {
        using var cancellation = new CancellationTokenSource();
        var evaluation = new DmarcEvaluator(ScriptedResolver.Held(new ZoneResolver(Example)), new DmarcOptions { Prefetch = atOnce })
            .EvaluateAsync(Name("example.com"), [], cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => evaluation);
    }

    private static AuthenticatedIdentifier Dkim(string domain) => new() { Method = IdentifierSource.Dkim, Domain = Name(domain) };

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;

    private static Task<DmarcResult> Run(ScriptedResolver resolver, DmarcOptions? options, string author, params string[] identifiers) => Finish(
        resolver,
        new DmarcEvaluator(resolver, options).EvaluateAsync(Name(author), [.. identifiers.Select(Dkim)], CancellationToken.None));

    private static async Task<DmarcResult> Finish(ScriptedResolver resolver, ValueTask<DmarcResult> evaluation)
    {
        var task = evaluation.AsTask();
        while (resolver.Waiting > 0)
        {
            resolver.AnswerRound();
        }

        Assert.True(task.IsCompleted, "the evaluation waits for something that was never asked");
        return await task;
    }
}
