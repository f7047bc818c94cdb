using EmailAuth.Dmarc;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

public class PublicSuffixListTests
{
    private const string DebianList = "/usr/share/publicsuffix/public_suffix_list.dat";

    private static readonly PublicSuffixList Rules = Load(
        """
        // a comment
        com
        example
        co.example   and text after white space

        *.ck
        !www.ck
        *.wild.example
        公司.cn
        """);

    [Theory]
    [InlineData("com", "com")] // a suffix stands for itself
    [InlineData("a.com", "a.com")]
    [InlineData("b.a.com", "a.com")]
    [InlineData("a.example", "a.example")]
    [InlineData("co.example", "co.example")]
    [InlineData("a.co.example", "a.co.example")]
    [InlineData("b.a.co.example", "a.co.example")] // the longest rule counts
    [InlineData("ck", "ck")]
    [InlineData("any.ck", "any.ck")] // wildcard: a suffix
    [InlineData("a.any.ck", "a.any.ck")]
    [InlineData("b.a.any.ck", "a.any.ck")]
    [InlineData("www.ck", "www.ck")] // exception
    [InlineData("a.www.ck", "www.ck")]
    [InlineData("x.wild.example", "x.wild.example")]
    [InlineData("y.x.wild.example", "y.x.wild.example")]
    [InlineData("wild.example", "wild.example")]
    [InlineData("公司.cn", "xn--55qx5d.cn")] // rules in Unicode hold for A-labels
    [InlineData("a.b.xn--55qx5d.cn", "b.xn--55qx5d.cn")]
    [InlineData("a.b.unlisted", "b.unlisted")] // no rule: the suffix is the top-level domain
    [InlineData("unlisted", "unlisted")]
    public void The_organizational_domain_is_the_suffix_and_one_label(string domain, string expected) =>
        Assert.Equal(expected, Rules.OrganizationalDomain(Name(domain)).ToString());

    [Theory]
    [InlineData("mail.example.co.uk", "example.co.uk")]
    [InlineData("a.b.example.com", "example.com")]
    [InlineData("foo.bar.kawasaki.jp", "foo.bar.kawasaki.jp")] // *.kawasaki.jp
    [InlineData("x.city.kawasaki.jp", "city.kawasaki.jp")] // !city.kawasaki.jp
    public void The_list_of_the_system_is_read(string domain, string expected)
    {
        Assert.SkipUnless(File.Exists(DebianList), "the package publicsuffix is not installed");
        using var reader = new StreamReader(DebianList);
        Assert.Equal(expected, PublicSuffixList.Load(reader).OrganizationalDomain(Name(domain)).ToString());
    }

    // Another file in its place, or an empty one, would make a registry's domain an organization: all below it would align.
    [Theory]
    [InlineData("", "it holds no rule")]
    [InlineData("\n// only words\n \t\n", "it holds no rule")]
    [InlineData("com\nroot:x:0:0:root:/root:/bin/bash\n", "line 2 is not a rule: ")]
    [InlineData("// a list\n\n<!DOCTYPE html>\n<title>404</title>", "line 3 is not a rule: ")]
    [InlineData("{ \"com\": 1 }", "line 1 is not a rule: ")]
    [InlineData("PK\u0003\u0004\u0000\u0000", "line 1 is not a rule: ")]
    [InlineData("com\n!\n", "line 2 is not a rule: ")]
    [InlineData("com\n*.\n", "line 2 is not a rule: ")]
    [InlineData("com\n!bad..rule\n", "line 2 is not a rule: ")]
    [InlineData("com.\n", "line 1 is not a rule: ")]
    public void What_is_not_a_list_is_refused(string text, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<InvalidDataException>(() => Load(text)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Discovery_asks_the_domain_and_the_organizational_domain_only()
    {
        var zone = new Zone()
            .Add("_dmarc.b.a.co.example", ZoneEntryKind.Txt, "v=DMARC1; p=none")
            .Add("_dmarc.a.co.example", ZoneEntryKind.Txt, "v=DMARC1; p=none; sp=reject")
            .Add("_dmarc.co.example", ZoneEntryKind.Txt, "v=DMARC1; p=none; psd=y")
            .Add("c.b.a.co.example", ZoneEntryKind.A, "192.0.2.1");
        var result = await Evaluate(zone, "c.b.a.co.example", "x.a.co.example");
        Assert.Equal("c.b.a.co.example a.co.example", string.Join(' ', result.Walk.Select(step => step.Domain)));
        Assert.Equal((DmarcDiscoveryMethod.PublicSuffixList, "psl"), (result.Discovery, result.DiscoveryMethod));
        Assert.Equal(("a.co.example", DmarcPolicy.Reject), (result.PolicyDomain?.ToString(), result.PublishedPolicy));
        Assert.Equal("a.co.example", result.OrganizationalDomain?.ToString());
        Assert.Equal(DmarcResultCode.Pass, result.Code);
        Assert.Equal(2, result.LookupCount);
    }

    [Theory]
    [InlineData("b.co.example")] // another registrant below the same suffix
    [InlineData("co.example")]
    public async Task What_shares_the_suffix_only_does_not_align(string identifier)
    {
        var zone = new Zone().Add("_dmarc.a.co.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject");
        Assert.Equal(DmarcResultCode.Fail, (await Evaluate(zone, "a.co.example", identifier)).Code);
    }

    [Fact]
    public async Task The_organizational_domain_does_not_depend_on_a_failed_query()
    {
        var zone = new Zone()
            .Add("_dmarc.b.a.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
            .Add("_dmarc.a.com", ZoneEntryKind.Timeout);
        Assert.Equal(DmarcResultCode.Pass, (await Evaluate(zone, "b.a.com", "c.a.com")).Code);
        Assert.Equal(DmarcResultCode.Fail, (await Evaluate(zone, "b.a.com", "b.com")).Code);
        Assert.Equal(DmarcResultCode.TempError, (await Evaluate(zone, "c.a.com", "c.a.com")).Code);
    }

    private static PublicSuffixList Load(string text)
    {
        using var reader = new StringReader(text);
        return PublicSuffixList.Load(reader);
    }

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;

    private static async Task<DmarcResult> Evaluate(Zone zone, string author, string identifier) =>
        await new DmarcEvaluator(new ZoneResolver(zone), new DmarcOptions { PublicSuffixList = Rules }).EvaluateAsync(
            Name(author), [new AuthenticatedIdentifier { Method = IdentifierSource.Dkim, Domain = Name(identifier) }], TestContext.Current.CancellationToken);
}
