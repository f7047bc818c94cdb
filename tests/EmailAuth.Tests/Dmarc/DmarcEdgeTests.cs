using EmailAuth.Dmarc;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>Where rules of DMARC end.</summary>
public class DmarcEdgeTests
{
    [Theory]
    [InlineData("p=reject; sp=none", "sp=none")]
    [InlineData("p=reject; np=none", "np=none")]
    [InlineData("p=reject; sp=none; np=quarantine", "sp=none np=quarantine")]
    public async Task The_comment_names_the_policies_below_that_are_published(string tags, string expected)
    {
        var result = await EvaluateAsync("example.com", ("_dmarc.example.com", "v=DMARC1; " + tags));
        Assert.Equal($"p=reject {expected} dis=reject", result.ToMethodResult().Comment);
    }

    [Fact]
    public async Task The_walk_says_what_each_name_had()
    {
        var result = await EvaluateAsync(
            "a.example.com",
            ("_dmarc.example.com", "v=DMARC1; p=none"),
            ("_dmarc.com", "v=DMARC1; p=none"),
            ("_dmarc.com", "v=DMARC1; p=reject"));
        Assert.Equal(["no_record", "record", "several_records"], result.Walk.Select(step => step.Outcome));
        Assert.DoesNotContain("discarded", result.Walk[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("discarded", result.Walk[2].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*.ck\n!www.ck", "ck", "ck")] // a suffix rule of two labels has no match for a name of one
    [InlineData("*.ck\n!www.ck", "a.b.ck", "a.b.ck")]
    [InlineData("*.ck\n!www.ck", "a.www.ck", "www.ck")]
    public async Task A_wildcard_of_the_public_suffix_list_needs_a_label(string list, string author, string expected)
    {
        var zone = new Zone().Add("_dmarc." + author, ZoneEntryKind.Txt, "v=DMARC1; p=none");
        var options = new DmarcOptions { PublicSuffixList = PublicSuffixList.Load(new StringReader(list)) };
        var result = await new DmarcEvaluator(new ZoneResolver(zone), options).EvaluateAsync(Name(author), [], TestContext.Current.CancellationToken);
        Assert.Equal(expected, result.OrganizationalDomain?.ToString());
    }

    private static async Task<DmarcResult> EvaluateAsync(string author, params (string Name, string Text)[] records)
    {
        var zone = new Zone();
        foreach (var (name, text) in records)
        {
            zone.Add(name, ZoneEntryKind.Txt, text);
        }

        return await new DmarcEvaluator(new ZoneResolver(zone)).EvaluateAsync(Name(author), [], TestContext.Current.CancellationToken);
    }

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;
}
