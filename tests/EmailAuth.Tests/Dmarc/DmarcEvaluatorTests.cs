using EmailAuth.Dmarc;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

public class DmarcEvaluatorTests
{
    private const string Reject = "v=DMARC1; p=reject";

    // RFC 9989 appendix B.1: identifier alignment. The record is at example.com, relaxed or strict.
    [Theory]
    [InlineData("spf", "example.com", "example.com", "r", true)] // B.1.1 example 1
    [InlineData("spf", "example.com", "child.example.com", "r", true)] // B.1.1 example 2
    [InlineData("spf", "example.com", "child.example.com", "s", false)]
    [InlineData("spf", "example.com", "sample.net", "r", false)] // B.1.1 example 3
    [InlineData("dkim", "example.com", "example.com", "s", true)] // B.1.2 example 1
    [InlineData("dkim", "example.com", "child.example.com", "r", true)] // B.1.2 example 2
    [InlineData("dkim", "example.com", "child.example.com", "s", false)]
    [InlineData("dkim", "example.com", "sample.net", "r", false)] // B.1.2 example 3
    [InlineData("dkim", "child.example.com", "example.com", "r", true)] // either way round
    [InlineData("dkim", "a.example.com", "b.example.com", "r", true)]
    [InlineData("dkim", "example.com", "badexample.com", "r", false)] // ends with the same letters, not the same labels
    public async Task Appendix_B_1_alignment(string method, string author, string identifier, string mode, bool aligned)
    {
        var zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, $"v=DMARC1; p=reject; adkim={mode}; aspf={mode}");
        var result = await Evaluate(zone, author, Identifier(method, identifier));
        Assert.Equal(aligned ? DmarcResultCode.Pass : DmarcResultCode.Fail, result.Code);
        Assert.Equal(aligned, Assert.Single(result.Alignments).IsAligned);
        Assert.Equal(aligned ? DmarcPolicy.None : DmarcPolicy.Reject, result.Disposition);
    }

    [Fact]
    public async Task Appendix_B_4_1_simple_example()
    {
        var zone = new Zone()
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, Reject)
            .Add("_dmarc.signing.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none");
        var result = await Evaluate(zone, "example.com", Identifier("spf", "example.com"), Identifier("dkim", "signing.example.com"));
        Assert.Equal(DmarcResultCode.Pass, result.Code);
        Assert.Equal("example.com", result.OrganizationalDomain?.ToString());
        Assert.Equal("example.com", result.PolicyDomain?.ToString());
        Assert.Equal(
            [DmarcAlignmentOutcome.SameDomain, DmarcAlignmentOutcome.SameOrganizationalDomain], result.Alignments.Select(a => a.Outcome));
        Assert.Equal("example.com com", Names(result.Walk));
        Assert.Equal("example.com com signing.example.com", Names(result.Lookups));
        Assert.Equal(3, result.LookupCount);
    }

    [Fact]
    public async Task Appendix_B_4_2_deep_example()
    {
        var zone = new Zone()
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, Reject)
            .Add("_dmarc.signing.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none");
        var result = await Evaluate(
            zone, "a.b.c.d.e.f.g.h.i.j.k.example.com", Identifier("spf", "example.com"), Identifier("dkim", "signing.example.com"));
        Assert.Equal(
            "a.b.c.d.e.f.g.h.i.j.k.example.com g.h.i.j.k.example.com h.i.j.k.example.com i.j.k.example.com j.k.example.com k.example.com example.com com",
            Names(result.Walk));
        Assert.Equal("example.com", result.PolicyDomain?.ToString());
        Assert.Equal(DmarcPolicySource.OrganizationalDomain, result.Source);
        Assert.All(result.Alignments, alignment => Assert.True(alignment.IsAligned));
    }

    [Fact]
    public async Task Appendix_B_4_3_public_suffix_domain_with_a_record()
    {
        var zone = new Zone()
            .Add("_dmarc.bank.example", ZoneEntryKind.Txt, "v=DMARC1; p=quarantine; psd=y")
            .Add("_dmarc.giant.bank.example", ZoneEntryKind.Txt, Reject);
        var result = await Evaluate(
            zone, "giant.bank.example", Identifier("spf", "mail.giant.bank.example"), Identifier("dkim", "mail.mega.bank.example"));
        Assert.Equal("giant.bank.example", result.OrganizationalDomain?.ToString());
        Assert.Equal("giant.bank.example", result.PolicyDomain?.ToString());
        Assert.Equal(DmarcPolicy.Reject, result.PublishedPolicy);
        Assert.Equal(
            [DmarcAlignmentOutcome.SameOrganizationalDomain, DmarcAlignmentOutcome.DifferentOrganizationalDomain],
            result.Alignments.Select(a => a.Outcome));

        // psd=y ends the walk, so _dmarc.example is not part of it.
        Assert.Equal("giant.bank.example bank.example", Names(result.Walk));
    }

    private static AuthenticatedIdentifier Identifier(string method, string domain) =>
        new() { Method = method == "spf" ? IdentifierSource.Spf : IdentifierSource.Dkim, Domain = Name(domain) };

    private static string Names(IEnumerable<DmarcLookup> lookups) => string.Join(' ', lookups.Select(lookup => lookup.Domain));

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;

    private static async Task<DmarcResult> Evaluate(Zone zone, string author, params AuthenticatedIdentifier[] identifiers) =>
        await new DmarcEvaluator(new ZoneResolver(zone)).EvaluateAsync(Name(author), identifiers, TestContext.Current.CancellationToken);
}
