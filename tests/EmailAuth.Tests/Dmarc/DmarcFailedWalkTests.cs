using EmailAuth.Dmarc;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>
/// What is known of the policy when a query of the author domain's walk fails: a sender can choose a name whose servers are broken, below a
/// domain that enforces its policy. A zone is lines of "name text" for _dmarc.name; "!name" fails; "?name" is a failure for name itself.
/// </summary>
public class DmarcFailedWalkTests
{
    private const string Reject = "victim.com v=DMARC1;p=reject";

    // The author domain, the zone, the policy that may apply with its domain and tag (null: none is known), what t=y leaves of it, and why.
    public static TheoryData<string, string, string?, DmarcPolicy?, string> Walks => new()
    {
        { "lame.victim.com", $"!lame.victim.com|{Reject}", "victim.com sp=reject", DmarcPolicy.Reject, "the author's own record" },
        { "lame.victim.com", "!lame.victim.com|victim.com v=DMARC1;p=quarantine", "victim.com sp=quarantine", DmarcPolicy.Quarantine, "quarantine is enforced, too" },
        { "lame.victim.com", "!lame.victim.com|victim.com v=DMARC1;p=none", "victim.com sp=none", DmarcPolicy.None, "nothing is enforced" },
        { "lame.victim.com", "!lame.victim.com", null, null, "no record above" },
        { "victim.com", "!victim.com", null, null, "the organizational domain itself" },
        { "lame.victim.com", $"!lame.victim.com|!victim.com", null, null, "all that could enforce fails" },
        { "lame.victim.com", $"!lame.victim.com|{Reject}|!com", "victim.com sp=reject", DmarcPolicy.Reject, "the author's name and the top" },
        { "a.lame.victim.com", $"!lame.victim.com|{Reject}", "victim.com sp=reject", DmarcPolicy.Reject, "in the middle: it could say psd=n" },
        { "a.lame.victim.com", $"!a.lame.victim.com|!lame.victim.com|{Reject}", "victim.com sp=reject", DmarcPolicy.Reject, "at two names" },
        { "a.b.c.d.lame.victim.com", $"!a.b.c.d.lame.victim.com|!b.c.d.lame.victim.com|!c.d.lame.victim.com|!d.lame.victim.com|!lame.victim.com|{Reject}", "victim.com sp=reject", DmarcPolicy.Reject, "at five: more labels do not help" },
        { "a.b.c.d.e.f.g.h.victim.com", $"!a.b.c.d.e.f.g.h.victim.com|!f.g.h.victim.com|!e.f.g.h.victim.com|!g.h.victim.com|!h.victim.com|{Reject}", "victim.com sp=reject", DmarcPolicy.Reject, "a walk that skips names" },
        { "lame.victim.com", "!lame.victim.com|victim.com v=DMARC1;p=reject;sp=none", "victim.com sp=none", DmarcPolicy.None, "sp is for names below" },
        { "lame.victim.com", "!lame.victim.com|victim.com v=DMARC1;p=none;sp=reject", "victim.com sp=reject", DmarcPolicy.Reject, "likewise" },
        { "lame.victim.com|exists", "!lame.victim.com|victim.com v=DMARC1;p=none;np=reject", "victim.com sp=none", DmarcPolicy.None, "it exists: np is not for it" },
        { "gone.lame.victim.com", "!lame.victim.com|victim.com v=DMARC1;p=none;np=reject", "victim.com np=reject", DmarcPolicy.Reject, "it does not exist" },
        { "gone.lame.victim.com", "!lame.victim.com|victim.com v=DMARC1;p=reject;np=none", "victim.com np=none", DmarcPolicy.None, "np alone counts" },
        { "lame.victim.com", "!lame.victim.com|?lame.victim.com|victim.com v=DMARC1;p=none;np=reject", "victim.com np=reject", DmarcPolicy.Reject, "existence is not known: the stricter one" },
        { "lame.victim.com", "!lame.victim.com|?lame.victim.com|victim.com v=DMARC1;p=none;sp=reject;np=none", "victim.com sp=reject", DmarcPolicy.Reject, "likewise" },
        { "lame.victim.com", "?lame.victim.com|victim.com v=DMARC1;p=none;np=reject", "victim.com np=reject", DmarcPolicy.Reject, "only existence is not known" },
        { "lame.victim.com", "?lame.victim.com|victim.com v=DMARC1;p=none;sp=none;np=none", null, null, "nothing depends on it: a fail" },
        { "lame.victim.com", "!lame.victim.com|victim.com v=DMARC1;p=reject;t=y", "victim.com sp=reject", DmarcPolicy.Quarantine, "t=y lowers by one level" },
        { "lame.victim.com", "!lame.victim.com|victim.com v=DMARC1;p=quarantine;t=y", "victim.com sp=quarantine", DmarcPolicy.None, "t=y leaves nothing" },
        { "lame.victim.com", "!lame.victim.com|victim.com v=DMARC1;p=reject;psd=n", "victim.com sp=reject", DmarcPolicy.Reject, "psd=n above ends the walk" },
        { "lame.com", "!lame.com|com v=DMARC1;p=reject;psd=y", "com sp=reject", DmarcPolicy.Reject, "a public suffix domain's" },
        { "a.lame.com", "!lame.com|com v=DMARC1;p=reject;psd=y", "com sp=reject", DmarcPolicy.Reject, "the organizational domain's own could be another" },
        { "a.lame.com", "!a.lame.com|lame.com v=DMARC1;p=none|com v=DMARC1;p=reject;psd=y", "lame.com sp=none", DmarcPolicy.None, "never over the organizational domain's" },
        { "x.b.victim.com", "b.victim.com v=DMARC1;p=reject|!victim.com|com v=DMARC1;p=none", "b.victim.com sp=reject", DmarcPolicy.Reject, "if victim.com says psd=y" },
        { "x.b.victim.com", "b.victim.com v=DMARC1;p=none|!victim.com|com v=DMARC1;p=reject", "com sp=reject", DmarcPolicy.Reject, "if victim.com says nothing" },
        { "x.b.victim.com", "!x.b.victim.com|b.victim.com v=DMARC1;p=none|victim.com v=DMARC1;p=reject", "victim.com sp=reject", DmarcPolicy.Reject, "the organizational domain's, not the nearest" },
        { "lame.victim.com", "!lame.victim.com|victim.com v=DMARC1;p=x", "victim.com sp=none", DmarcPolicy.None, "a policy that cannot be followed enforces nothing" },
        { "lame.victim.com", $"!lame.victim.com|{Reject}|{Reject}", null, null, "of several records none counts" },
    };

    [Theory]
    [MemberData(nameof(Walks))]
    public async Task The_walk_continues_after_a_failed_query(string author, string records, string? policy, DmarcPolicy? effective, string why)
    {
        var result = await EvaluateAsync(author, records);

        Assert.Equal(policy is null && effective is null && !result.IsPolicyAssumed ? result.Code : DmarcResultCode.TempError, result.Code);
        Assert.True(policy == Shown(result), $"{why}: {Shown(result)}");
        Assert.Equal(effective, result.IsPolicyAssumed ? result.EffectivePolicy : null);
        Assert.Equal(policy is not null, result.IsPolicyAssumed);
        Assert.Equal(DmarcPolicy.None, result.IsPolicyAssumed ? result.AppliedDisposition : DmarcPolicy.None);
        Assert.InRange(result.LookupCount, 1, 9);

        // What is not known is not written down as a policy.
        var field = result.ToMethodResult();
        Assert.DoesNotContain(field.Properties, property => property.Type == "policy" && result.IsPolicyAssumed);
        Assert.True(field.Comment is null || !result.IsPolicyAssumed);
    }

    [Theory]
    [InlineData("!lame.victim.com|" + Reject, "policy_record")]
    [InlineData("!lame.victim.com", "policy_record")]
    [InlineData("?lame.victim.com|victim.com v=DMARC1;p=none;np=reject", "author_domain")]
    [InlineData(Reject, "none")]
    [InlineData("!com|lame.victim.com v=DMARC1;p=reject", "none")] // nothing depends on it
    public async Task The_result_says_what_the_failed_query_was_for(string records, string expected) =>
        Assert.Equal(expected, (await EvaluateAsync("lame.victim.com", records)).FailedQuery.Keyword());

    [Theory]
    [InlineData("dkim lame.victim.com", false)] // aligned whatever record applies: no policy can be failed
    [InlineData("spf lame.victim.com", false)]
    [InlineData("dkim victim.com", true)] // the own record may ask for strict alignment
    [InlineData("dkim attacker.net", true)]
    public async Task An_identifier_of_the_author_domain_itself_fails_no_policy(string identifier, bool isAssumed)
    {
        var result = await EvaluateAsync("lame.victim.com", $"!lame.victim.com|{Reject}", identifier);
        Assert.Equal((DmarcResultCode.TempError, isAssumed), (result.Code, result.IsPolicyAssumed));
    }

    [Fact]
    public async Task The_reason_names_the_domain_above_and_what_it_asks_for()
    {
        var result = await EvaluateAsync("lame.victim.com", $"!lame.victim.com|{Reject}");
        Assert.StartsWith("the query for the DMARC record of lame.victim.com failed: ", result.Reason, StringComparison.Ordinal);
        Assert.EndsWith("; the record of victim.com, which may apply, asks for rejection", result.Reason, StringComparison.Ordinal);
        Assert.Null(result.OrganizationalDomain);
    }

    // Random trees, and every record that a failed name may hold, one after the other, judged by the literal steps of RFC 9989.
    [Fact]
    public async Task The_strictest_record_that_may_apply_is_found_whatever_fails()
    {
        var random = new Random(9989);
        for (var run = 0; run < 1_500; run++)
        {
            var author = string.Join('.', Enumerable.Range(0, random.Next(2, 7)).Select(i => "abcdefg"[i..(i + 1)]));
            var names = Enumerable.Range(0, author.Length / 2 + 1).Select(i => author[(2 * i)..]).ToList();
            var failed = names.Where(_ => random.Next(3) == 0).Take(4).ToList();

            // A name below that does not answer is a name: the author domain has then one.
            var exists = failed.Contains(author) || random.Next(2) == 0;
            var known = names.Except(failed).Where(_ => random.Next(2) == 0).ToDictionary(name => name, _ => RandomRecord(random));
            var zone = new Zone();
            foreach (var name in failed)
            {
                zone.Add("_dmarc." + name, ZoneEntryKind.ServFail);
            }

            foreach (var (name, record) in known)
            {
                zone.Add("_dmarc." + name, ZoneEntryKind.Txt, record.Text);
            }

            if (exists)
            {
                zone.Add(author, ZoneEntryKind.A, "192.0.2.1");
            }

            var result = await EvaluateAsync(author, zone);
            var selected = Combinations(failed, known).Select(records => new DmarcOracle(records, exists).PolicyRecord(author)).ToList();
            var isKnown = selected.Select(s => s?.Name).Distinct().Count() == 1 && (selected[0] is null || known.ContainsKey(selected[0]!.Value.Name));
            var found = selected.Where(s => s is { } one && known.ContainsKey(one.Name)).Select(s => s!.Value).ToList();
            var strictest = found.Count == 0 ? (DmarcPolicy?)null : found.Max(one => Effective(one.Record, one.Name == author, exists));
            var told = $"run {run}: {author} exists={exists} failed={string.Join(' ', failed)} known={string.Join(" | ", known.Select(k => $"{k.Key} {k.Value.Text}"))}";
            Assert.True((isKnown ? DmarcResultCode.Fail : DmarcResultCode.TempError) == result.Code || (isKnown && selected[0] is null && result.Code == DmarcResultCode.None), told);
            Assert.True(!isKnown && found.Count > 0 == result.IsPolicyAssumed || isKnown && !result.IsPolicyAssumed, told);
            Assert.True(strictest == result.EffectivePolicy, $"{told}: {strictest} {result.EffectivePolicy}");
        }
    }

    private static OracleRecord RandomRecord(Random random) => new(
        Policy(random), random.Next(2) == 0 ? null : Policy(random), random.Next(2) == 0 ? null : Policy(random),
        "uuuyn"[random.Next(5)], random.Next(4) == 0, 'r', 'r', false);

    private static string Policy(Random random) => new[] { "none", "quarantine", "reject" }[random.Next(3)];

    private static IEnumerable<Dictionary<string, OracleRecord>> Combinations(List<string> failed, Dictionary<string, OracleRecord> known)
    {
        for (var number = 0; number < Math.Pow(4, failed.Count); number++)
        {
            var records = new Dictionary<string, OracleRecord>(known);
            for (var i = 0; i < failed.Count; i++)
            {
                if (((number >> (2 * i)) & 3) is not 0 and var kind)
                {
                    records.Add(failed[i], new OracleRecord("none", null, null, "uyn"[kind - 1], false, 'r', 'r', false));
                }
            }

            yield return records;
        }
    }

    private static DmarcPolicy Effective(OracleRecord record, bool isOwn, bool exists)
    {
        var text = isOwn ? record.P : exists ? record.Sp ?? record.P : record.Np ?? record.Sp ?? record.P;
        var level = text switch { "reject" => 2, "quarantine" => 1, _ => 0 };
        return (DmarcPolicy)(record.Test ? Math.Max(0, level - 1) : level);
    }

    private static string? Shown(DmarcResult result)
    {
        var tag = result.PolicyTag;
        return result.IsPolicyAssumed ? $"{result.PolicyDomain} {tag}={result.PublishedPolicy!.Value.Keyword()}" : null;
    }

    private static Task<DmarcResult> EvaluateAsync(string author, string records, params string[] identifiers)
    {
        var zone = new Zone();
        foreach (var line in records.Split('|'))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            _ = line[0] switch
            {
                '!' => zone.Add("_dmarc." + line[1..], ZoneEntryKind.ServFail),
                '?' => zone.Add(line[1..], ZoneEntryKind.ServFail),
                _ => zone.Add("_dmarc." + line[..space], ZoneEntryKind.Txt, line[(space + 1)..]),
            };
        }

        if (author.Split('|') is [var name, var state])
        {
            author = name;
            if (state == "exists")
            {
                zone.Add(author, ZoneEntryKind.A, "192.0.2.1");
            }
        }

        return EvaluateAsync(author, zone, identifiers);
    }

    // Both ways of asking must tell the same.
    private static async Task<DmarcResult> EvaluateAsync(string author, Zone zone, params string[] identifiers)
    {
        var resolver = new ZoneResolver(zone);
        AuthenticatedIdentifier[] authenticated =
            [.. identifiers.Select(i => new AuthenticatedIdentifier { Method = i.StartsWith("spf", StringComparison.Ordinal) ? IdentifierSource.Spf : IdentifierSource.Dkim, Domain = Name(i.Split(' ')[1]) })];
        var token = TestContext.Current.CancellationToken;
        var atOnce = await new DmarcEvaluator(resolver).EvaluateAsync(Name(author), authenticated, token);
        var inOrder = await new DmarcEvaluator(resolver, new DmarcOptions { Prefetch = false }).EvaluateAsync(Name(author), authenticated, token);
        Assert.Equal((inOrder.Code, inOrder.Reason, Shown(inOrder)), (atOnce.Code, atOnce.Reason, Shown(atOnce)));
        return atOnce;
    }

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;
}
