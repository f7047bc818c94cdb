using EmailAuth.Dmarc;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>The words that results and records have (RFC 8601 section 2.7, RFC 9989 section 4.7).</summary>
public class DmarcKeywordsTests
{
    [Fact]
    public void Every_member_has_its_registered_word()
    {
        Assert.Equal("fail none pass permerror temperror", Words<DmarcResultCode>(static code => code.Keyword()));
        Assert.Equal("none quarantine reject", Words<DmarcPolicy>(static policy => policy.Keyword()));
        Assert.Equal("np p sp", Words<DmarcPolicyTag>(static tag => tag.Keyword()));
        Assert.Equal("psl treewalk", Words<DmarcDiscoveryMethod>(static method => method.Keyword()));
        Assert.Equal("no_record record several_records temporary_failure", Words<DmarcLookupOutcome>(static outcome => outcome.Keyword()));
        Assert.Equal(
            "invalid_failure_option invalid_name invalid_policy invalid_uri invalid_value missing_policy no_tag no_value obsolete repeated size_limit unknown "
            + "useless_failure_options",
            Words<DmarcIgnoredCode>(static code => code.Keyword()));
        Assert.Equal("author_domain dkim none organizational_domain policy_record spf", Words<DmarcFailedQuery>(static query => query.Keyword()));
        Assert.Equal("fail neutral none pass permerror policy temperror", Words<SignatureResultCode>(static code => code.Keyword()));
        Assert.Equal("relaxed simple", Words<SignatureCanonicalization>(static canonicalization => canonicalization.Keyword()));
    }

    [Fact]
    public void An_alignment_says_whether_the_domains_were_compared()
    {
        var identifier = new AuthenticatedIdentifier { Method = IdentifierSource.Dkim, Domain = DomainName.Parse("example.com").Value! };
        Assert.Equal(
            [DmarcAlignmentOutcome.SameDomain, DmarcAlignmentOutcome.SameOrganizationalDomain, DmarcAlignmentOutcome.DifferentDomain, DmarcAlignmentOutcome.DifferentOrganizationalDomain],
            Enum.GetValues<DmarcAlignmentOutcome>().Where(outcome => new DmarcAlignment(identifier) { Outcome = outcome }.IsCompared));
    }

    // RFC 9989 section 4.7: 0 is the default, and says nothing beside 1.
    [Theory]
    [InlineData("0", DmarcFailureOptions.AllFail)]
    [InlineData("1", DmarcFailureOptions.AnyFail)]
    [InlineData("0:1", DmarcFailureOptions.AnyFail)]
    [InlineData("0:d", DmarcFailureOptions.AllFail | DmarcFailureOptions.Dkim)]
    [InlineData("d", DmarcFailureOptions.Dkim)]
    [InlineData("D:S", DmarcFailureOptions.Dkim | DmarcFailureOptions.Spf)]
    [InlineData("1 : s", DmarcFailureOptions.AnyFail | DmarcFailureOptions.Spf)]
    public void Failure_options_are_joined(string value, DmarcFailureOptions expected)
    {
        var record = DmarcRecord.Parse($"v=DMARC1; p=none; ruf=mailto:a@example.com; fo={value}").Value!;
        Assert.Equal(expected, record.FailureOptions);
        Assert.Empty(record.Ignored);
    }

    // RFC 9989 section 4.7, RFC 6068 section 2: an address has something on both sides of its last "@", before any header fields.
    [Theory]
    [InlineData("mailto:a@b", true)]
    [InlineData("mailto:a@b?subject=x@y", true)]
    [InlineData("mailto:a@", false)]
    [InlineData("mailto:@b", false)]
    [InlineData("mailto:a?cc=b@c", false)]
    [InlineData("mailto:a%40b@c", true)]
    [InlineData("mailto:a%4@c", false)]
    [InlineData("mailto:a%4g@c", false)]
    [InlineData("mailto:a@c%", false)]
    [InlineData("mailto:a%40b%zz@c", false)]
    public void A_report_address_is_valid_or_ignored(string uri, bool isValid)
    {
        var record = DmarcRecord.Parse($"v=DMARC1; p=none; rua={uri}").Value!;
        Assert.Equal(isValid ? [] : ["invalid_uri"], record.Ignored.Select(static item => item.Code));
    }

    private static string Words<T>(Func<T, string> keyword)
        where T : struct, Enum => string.Join(' ', Enum.GetValues<T>().Select(keyword).Order(StringComparer.Ordinal));
}
