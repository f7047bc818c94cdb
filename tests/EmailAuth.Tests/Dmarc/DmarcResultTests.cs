using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>All of what a result says in each situation, and what was asked for it.</summary>
public class DmarcResultTests
{
    private const string Reject = "example.com v=DMARC1;p=reject";

    private static readonly PublicSuffixList Suffixes = PublicSuffixList.Load(new StringReader("com\nco.example"));

    private static readonly DmarcSituation[] Passes =
    [
        new("example.com", Reject, "dkim example.com"),
        new("example.com", "example.com v=DMARC1;p=reject;adkim=s;aspf=s;sp=none", "spf example.com, dkim a.example.com"),
        new("a.example.com", Reject + "|+a.example.com", "spf b.example.com, dkim other.test"),
        new("a.example.com", "example.com v=DMARC1;p=reject;np=quarantine", "dkim example.com"),
        new("example.com", "example.com v=DMARC1;p=quarantine;t=y;x=1;;rua=nowhere", "spf mail.example.com, spf mail.example.com"),
        new("example.com", "!com|" + Reject, "dkim mail.example.com"),
        new("b.example.com", "example.com v=DMARC1;p=reject;t=y;np=none|?b.example.com", "dkim example.com"),
        new("example.com", Reject, "dkim a.example.com, spf b.example.com, dkim a.example.com, dkim c.example.com", new DmarcOptions { MaxIdentifiers = 2 }),
        new("a.x.co.example", "x.co.example v=DMARC1;p=reject;sp=none", "dkim y.x.co.example, spf y.co.example", new DmarcOptions { PublicSuffixList = Suffixes }),
        new("1.2.3.4.5.6.7.8.example.com", Reject, "dkim 1.2.3.4.5.6.7.9.example.com"),
        new("example.com", "example.com v=DMARC1;p=none;psd=y", "dkim a.example.com, dkim example.com"),
    ];

    private static readonly DmarcSituation[] Fails =
    [
        new("example.com", Reject, ""),
        new("example.com", "example.com v=DMARC1;p=none;sp=quarantine;np=reject", ""),
        new("example.com", "example.com v=DMARC1;p=reject;t=y;sp=none;np=quarantine", "spf example.com fail, dkim a.example.com policy, spf other.test softfail, dkim other.test"),
        new("a.example.com", "example.com v=DMARC1;p=reject;np=quarantine;adkim=s", "spf example.com neutral, dkim example.com fail, dkim b.example.com"),
        new("a.example.com", "example.com v=DMARC1;p=none;sp=quarantine;np=reject|+a.example.com", "spf b.test"),
        new("example.com", "com v=DMARC1;p=none;sp=reject;psd=y", "dkim other.com"),
        new("a.example.com", "example.com v=DMARC1;p=quarantine;t=y|tenant.example.com v=DMARC1;p=none;psd=n", "dkim tenant.example.com"),
        new("example.com", "example.com v=DMARC1;p=x;rua=mailto:a@example.com!1k;sp=reject", "dkim other.com permerror"),
        new("a.example.com", "a.example.com v=DMARC1;p=none|a.example.com v=DMARC1;p=none|a.example.com v=spf1|" + Reject, ""),
        new("a.b.c.d.e.example", "a.b.c.d.e.example v=DMARC1;p=reject|!b.c.d.e.example|!c.d.e.example|!d.e.example|!e.example|!example", "dkim other.test"),
        new("a.co.example", "a.co.example v=DMARC1;p=reject;aspf=s", "dkim b.co.example, spf x.a.co.example", new DmarcOptions { PublicSuffixList = Suffixes }),
        new("example.com", Reject + "|a.example.com v=DMARC1;p=none;psd=n", "dkim a.example.com, spf b.example.com temperror", new DmarcOptions { MaxIdentifiers = 1 }),
    ];

    private static readonly DmarcSituation[] Others =
    [
        new("example.com", "", "dkim example.com"),
        new("com", "+com", ""),
        new("a.example.com", "example.com v=DMARC1;p=bounce", "spf a.example.com"),
        new("example.com", "!example.com", "dkim example.com"),
        new("a.example.com", "!a.example.com|" + Reject, "dkim other.test"),
        new("a.example.com", "!a.example.com|" + Reject, "dkim a.example.com"),
        new("a.example.com", "!a.example.com|example.com v=DMARC1;p=none;np=quarantine", ""),
        new("a.example.com", "!a.example.com|?a.example.com|example.com v=DMARC1;p=none;sp=reject;np=quarantine;t=y", ""),
        new("a.b.example.com", "!b.example.com|example.com v=DMARC1;p=none|com v=DMARC1;p=quarantine;psd=y", ""),
        new("x.b.example.com", "b.example.com v=DMARC1;p=quarantine|!example.com|com v=DMARC1;p=reject;t=y", ""),
        new("x.b.example.com", "b.example.com v=DMARC1;p=reject|!example.com|com v=DMARC1;p=reject", ""),
        new("1.2.3.4.5.example", "!2.3.4.5.example|!3.4.5.example|!4.5.example|!5.example|example v=DMARC1;p=quarantine", "spf x.example"),
        new("b.example.com", "?b.example.com|example.com v=DMARC1;p=none;np=reject", "spf other.test"),
        new("b.example.com", "?b.example.com|example.com v=DMARC1;p=none;sp=reject;np=quarantine", ""),
        new("example.com", "!mail.example.com|" + Reject, "dkim mail.example.com, spf x.example.com permerror"),
        new("example.com", "!com|" + Reject, "dkim other.com"),
        new("example.com", "example.com v=DMARC1;p=reject;adkim=s", "dkim other.test, spf mail.example.com temperror, dkim mail.example.com temperror"),
        new("example.com", Reject, "spf other.test temperror, dkim a.example.com temperror"),
        new("example.com", "!a.example.com|" + Reject, "dkim a.example.com temperror, spf b.example.com temperror"),
        new("b.a.com", "b.a.com v=DMARC1;p=none|!a.com", "dkim b.com, spf c.a.com temperror", new DmarcOptions { PublicSuffixList = Suffixes }),
        new("b.a.com", "!b.a.com|a.com v=DMARC1;p=reject", "", new DmarcOptions { PublicSuffixList = Suffixes }),
    ];

    [Fact]
    public Task A_message_that_passes() => AssertSameAsync(Passes, "passes.txt");

    [Fact]
    public Task A_message_that_fails() => AssertSameAsync(Fails, "fails.txt");

    [Fact]
    public Task A_message_that_neither_passes_nor_fails() => AssertSameAsync(Others, "others.txt");

    [Fact]
    public async Task A_message_without_a_usable_author()
    {
        var evaluator = new DmarcEvaluator(new ZoneResolver(new Zone()), new DmarcOptions { PublicSuffixList = Suffixes });
        var result = await evaluator.EvaluateAuthorAsync(new Author { Defect = AuthorDefect.NoField, Reason = "no From" }, [], TestContext.Current.CancellationToken);
        Assert.Equal(
            [
                "PermError NoAuthorDomain source=None tag=Domain published= effective= assumed=False failed=None exists= lookups=0 () PublicSuffixList",
                "dmarc=permerror reason=no From () ",
                "",
                "{\"result\":\"permerror\",\"policy\":null,\"disposition\":\"none\",\"org_domain\":null,\"author_domain\":null,\"policy_domain\":null,\"record\":null,\"reason\":\"no From\","
                + "\"reason_code\":\"no_author_domain\",\"override\":null,\"override_comment\":null,\"alignments\":[],\"walk\":[],\"policy_source\":null,\"policy_tag\":null,"
                + "\"policy_inherited\":false,\"policy_assumed\":false,\"evaluated_disposition\":\"none\",\"ignored\":[],\"steps\":[],\"identifiers\":[]}",
                "{\"result\":\"permerror\",\"policy\":null,\"disposition\":\"none\",\"org_domain\":null}",
            ],
            DmarcSituation.Describe(result));
    }

    [Fact]
    public void An_override_is_written_beside_what_is_asked_for()
    {
        var result = new DmarcResult
        {
            Code = DmarcResultCode.Fail,
            AuthorDomain = DmarcSituation.Name("a.example.com"),
            PolicyDomain = DmarcSituation.Name("example.com"),
            Source = DmarcPolicySource.OrganizationalDomain,
            Tag = DmarcPolicyTag.Subdomain,
            Record = DmarcRecord.Parse("v=DMARC1; p=reject; sp=reject; t=y").Value,
            PublishedPolicy = DmarcPolicy.Reject,
            Override = new DmarcOverride { Type = DmarcOverrideType.TrustedForwarder, Disposition = DmarcPolicy.None, Comment = "known" },
        };
        Assert.Equal(
            [
                "Fail Other source=OrganizationalDomain tag=Subdomain published=Reject effective=Quarantine assumed=False failed=None exists= lookups=0 () TreeWalk",
                "dmarc=fail reason= (p=reject sp=reject dis=none) header.from=a.example.com policy.dmarc=quarantine policy.published-domain-policy=reject"
                + " policy.applied-disposition=none policy.evaluated-disposition=quarantine",
                "",
                "{\"result\":\"fail\",\"policy\":\"reject\",\"disposition\":\"none\",\"org_domain\":null,\"author_domain\":\"a.example.com\",\"policy_domain\":\"example.com\","
                + "\"record\":\"v=DMARC1; p=reject; sp=reject; t=y\",\"reason\":null,\"reason_code\":null,\"override\":\"trusted_forwarder\",\"override_comment\":\"known\",\"alignments\":[],\"walk\":[],"
                + "\"policy_source\":\"organizational_domain\",\"policy_tag\":\"sp\",\"policy_inherited\":true,\"policy_assumed\":false,\"evaluated_disposition\":\"quarantine\",\"ignored\":[],\"steps\":[],\"identifiers\":[]}",
                "{\"result\":\"fail\",\"policy\":\"reject\",\"disposition\":\"none\",\"org_domain\":null}",
            ],
            DmarcSituation.Describe(result));
        Assert.Equal(("dmarc", "fail", "treewalk", "sp"), (((IMethodOutcome)result).Name, ((IMethodOutcome)result).Result, result.DiscoveryMethod, result.PolicyTag));
    }

    // What is asked for, what t=y leaves of it, and what counts as asked by each result.
    [Fact]
    public async Task A_domain_that_does_not_pass_and_is_the_organizational_one_would_align_by_it()
    {
        var (result, _) = await new DmarcSituation("a.example.com", Reject, "spf example.com neutral").JudgeAsync(true);
        Assert.Equal("spf example.com (neutral): would align, both are of example.com", result.Alignments[0].ToString());
    }

    [Fact]
    public void Each_policy_in_each_result()
    {
        DmarcPolicy[] policies = [DmarcPolicy.None, DmarcPolicy.Quarantine, DmarcPolicy.Reject];
        foreach (var (code, policy, isTesting) in from code in Enum.GetValues<DmarcResultCode>() from policy in policies from isTesting in new[] { false, true } select (code, policy, isTesting))
        {
            var result = new DmarcResult { Code = code, PublishedPolicy = policy, Record = DmarcRecord.Parse("v=DMARC1;p=none" + (isTesting ? ";t=y" : null)).Value };
            var left = isTesting ? (DmarcPolicy)Math.Max(0, (int)policy - 1) : policy;
            Assert.Equal((left, left), (result.EffectivePolicy, DmarcResult.Lowered(policy, isTesting)));
            Assert.Equal(code == DmarcResultCode.Fail ? left : DmarcPolicy.None, result.Disposition);
            Assert.Equal(result.Disposition, result.AppliedDisposition);
            Assert.Equal(policy, new DmarcResult { Code = code, PublishedPolicy = policy }.EffectivePolicy);
            foreach (var applied in policies)
            {
                var overridden = new DmarcResult(result) { AuthorDomain = DmarcSituation.Name("a.example"), Override = new DmarcOverride { Disposition = applied } };
                Assert.Equal((applied, result.Disposition), (overridden.AppliedDisposition, overridden.Disposition));
                Assert.Equal($"p=none dis={applied.Keyword()}", overridden.ToMethodResult().Comment);
                Assert.Equal(
                    $"from=a.example dmarc={left.Keyword()} published-domain-policy={policy.Keyword()} applied-disposition={applied.Keyword()} evaluated-disposition={result.Disposition.Keyword()}",
                    string.Join(' ', overridden.ToMethodResult().Properties.Select(property => $"{property.Name}={property.Value}")));
            }
        }

        Assert.Equal((null, DmarcPolicy.None), (new DmarcResult { Code = DmarcResultCode.Fail }.EffectivePolicy, new DmarcResult { Code = DmarcResultCode.Fail }.Disposition));
    }

    [Theory]
    [InlineData("p=none", "p=none dis=none")]
    [InlineData("p=quarantine", "p=quarantine dis=none")]
    [InlineData("p=reject;sp=none", "p=reject sp=none dis=none")]
    [InlineData("p=reject;np=none", "p=reject np=none dis=none")]
    [InlineData("p=none;sp=quarantine;np=reject", "p=none sp=quarantine np=reject dis=none")]
    [InlineData("p=reject;sp=x", "p=none dis=none")]
    [InlineData("p=x;sp=reject;np=reject", "p=none dis=none")]
    public void The_comment_has_the_policies_of_a_valid_record(string tags, string expected)
    {
        var result = new DmarcResult { Code = DmarcResultCode.Pass, Record = DmarcRecord.Parse("v=DMARC1;" + tags).Value, Reason = "why" };
        Assert.Equal(expected, result.ToMethodResult().Comment);
        Assert.Null(new DmarcResult(result) { IsPolicyAssumed = true }.ToMethodResult().Comment);
        Assert.Null(result.ToMethodResult().Reason);
        Assert.Empty(result.ToMethodResult().Properties);
    }

    private static async Task AssertSameAsync(DmarcSituation[] situations, string file)
    {
        var lines = new List<string>();
        foreach (var situation in situations)
        {
            lines.AddRange(await situation.DescribeAsync());
        }

        // The steps of the walk say the same as its lines, which one file is enough for.
        ApprovedPage.Verify("dmarc", file, lines[..^1].Select(line => situations == Passes ? line : WithoutWalk(line)));
    }

    private static string WithoutWalk(string line)
    {
        var (start, end) = (line.IndexOf("\"walk\":", StringComparison.Ordinal), line.IndexOf("\"policy_source\":", StringComparison.Ordinal));
        return start < 0 ? line : line[..start] + line[end..];
    }
}
