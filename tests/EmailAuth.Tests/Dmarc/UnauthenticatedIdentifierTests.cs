using System.Net;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>Identifiers that SPF and DKIM checked and did not authenticate are recorded, decide nothing, and cost no query.</summary>
public class UnauthenticatedIdentifierTests
{
    private const string Hash = "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA";

    public static TheoryData<string, string, string, string, string> Identifiers => new()
    {
        { "v=DMARC1; p=reject", "example.com", "fail", "would align, it is the author domain", nameof(DmarcAlignmentOutcome.SameDomain) },
        { "v=DMARC1; p=reject", "other.example", "fail", "not aligned, it is outside", nameof(DmarcAlignmentOutcome.DifferentOrganizationalDomain) },
        { "v=DMARC1; p=reject", "sub.example.com", "fail", "not looked up", nameof(DmarcAlignmentOutcome.NotNeeded) },
        { "v=DMARC1; p=reject; aspf=s", "sub.example.com", "fail", "not aligned, it is not the author domain", nameof(DmarcAlignmentOutcome.DifferentDomain) },
        { "v=DMARC1; p=reject", "soft.example", "softfail", "not aligned", nameof(DmarcAlignmentOutcome.DifferentOrganizationalDomain) },
        { "v=DMARC1; p=reject", "without.example", "none", "not aligned", nameof(DmarcAlignmentOutcome.DifferentOrganizationalDomain) },
        { "v=DMARC1; p=reject", "broken.example", "permerror", "not aligned", nameof(DmarcAlignmentOutcome.DifferentOrganizationalDomain) },
        { "v=DMARC1; p=reject", "lame.example.com", "temperror", "would align, both are of example.com", nameof(DmarcAlignmentOutcome.SameOrganizationalDomain) },
    };

    [Theory]
    [MemberData(nameof(Identifiers))]
    public async Task Of_MAIL_FROM(string record, string domain, string result, string text, string outcome)
    {
        var dmarc = (await JudgeAsync(record, domain)).Dmarc!;

        Assert.Equal(result == "temperror" ? DmarcResultCode.TempError : DmarcResultCode.Fail, dmarc.Code);
        var alignment = Assert.Single(dmarc.Alignments);
        Assert.Equal((domain, result, outcome), (alignment.Identifier.Domain.ToString(), alignment.Result, alignment.Outcome.ToString()));
        Assert.Equal((false, false), (alignment.IsAuthenticated, alignment.Counts));
        Assert.StartsWith($"spf {domain} ({result}): {text}", alignment.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_signatures_behind_those_that_are_authenticated()
    {
        var fields = string.Concat(new[] { "example.com", "other.example", "nokey.example" }.Select(
            d => $"DKIM-Signature: v=1; a=rsa-sha256; d={d}; s=k; h=from; {Hash}\r\n"));
        var dmarc = (await JudgeAsync("v=DMARC1; p=reject", "good.example.com", fields)).Dmarc!;

        Assert.Equal(DmarcResultCode.Pass, dmarc.Code);
        Assert.Equal(
            ["spf good.example.com: aligned, both are of example.com", "dkim example.com (permerror): would align, it is the author domain"],
            dmarc.Alignments.Take(2).Select(alignment => alignment.ToString()));
        Assert.Equal([true, false, false, false], dmarc.Alignments.Select(alignment => alignment.Counts));
    }

    [Fact]
    public async Task A_thousand_that_do_not_hold_are_not_all_recorded()
    {
        var fields = string.Concat(Enumerable.Range(0, 1000).Select(n => $"DKIM-Signature: v=1; a=rsa-sha256; d=d{n}.example; s=k; h=from; {Hash}\r\n"));
        var dmarc = (await JudgeAsync("v=DMARC1; p=reject", "example.com", fields)).Dmarc!;
        Assert.Equal((DmarcResultCode.Fail, 32), (dmarc.Code, dmarc.Alignments.Length));
    }

    // Without the identifiers the same is asked and decided.
    [Theory]
    [InlineData("example.com")]
    [InlineData("sub.example.com")]
    [InlineData("a.b.c.sub.example.com")]
    [InlineData("other.example")]
    public async Task They_cost_no_query(string domain)
    {
        var without = await JudgeAsync("v=DMARC1; p=reject", "without.example");
        var with = await JudgeAsync("v=DMARC1; p=reject", domain);
        Assert.Equal(without.Dmarc!.LookupCount, with.Dmarc!.LookupCount);
        Assert.Equal(without.Dmarc.Lookups.Select(lookup => lookup.Domain), with.Dmarc.Lookups.Select(lookup => lookup.Domain));
        Assert.Equal((without.Dmarc.Code, without.Dmarc.Reason), (with.Dmarc.Code, with.Dmarc.Reason));
    }

    private static async Task<AuthenticationOutcome> JudgeAsync(string record, string mailFrom, string fields = "")
    {
        var zone = new Zone()
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, record)
            .Add("soft.example", ZoneEntryKind.Txt, "v=spf1 ~all")
            .Add("broken.example", ZoneEntryKind.Txt, "v=spf1 nonsense -all")
            .Add("without.example", ZoneEntryKind.A, "192.0.2.1")
            .Add("good.example.com", ZoneEntryKind.Txt, "v=spf1 +all")
            .Add("lame.example.com", ZoneEntryKind.ServFail);
        foreach (var domain in (string[])["example.com", "other.example", "sub.example.com", "a.b.c.sub.example.com"])
        {
            zone.Add(domain, ZoneEntryKind.Txt, "v=spf1 -all");
        }

        return await new AuthenticationPipeline(new ZoneResolver(zone), TypicalMessage.Options).AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("203.0.113.9"), "mail.other.example", "x@" + mailFrom),
            Encoding.ASCII.GetBytes(fields + "From: a@example.com\r\n\r\nhi\r\n"),
            TestContext.Current.CancellationToken);
    }
}
