using EmailAuth.Dmarc;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

public class DmarcRecordTests
{
    // RFC 9989 appendix B.2.
    [Fact]
    public void Appendix_B_2_1_entire_domain_in_monitoring_mode()
    {
        var record = Parse("v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com");
        Assert.Equal(DmarcPolicy.None, record.Policy);
        Assert.Equal(["mailto:dmarc-feedback@example.com"], record.AggregateReportUris);
        Assert.Empty(record.Ignored);
    }

    [Fact]
    public void Appendix_B_2_3_failure_reports_to_a_third_party()
    {
        var record = Parse("v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com; ruf=mailto:auth-reports@thirdparty.example.net");
        Assert.Equal(["mailto:auth-reports@thirdparty.example.net"], record.FailureReportUris);
        Assert.Empty(record.Ignored);
    }

    [Fact]
    public void Appendix_B_2_4_subdomain_in_test_mode_with_two_addresses()
    {
        var record = Parse("v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com, mailto:tld-test@thirdparty.example.net; t=y");
        Assert.Equal(DmarcPolicy.Quarantine, record.Policy);
        Assert.True(record.IsTesting);
        Assert.Equal(["mailto:dmarc-feedback@example.com", "mailto:tld-test@thirdparty.example.net"], record.AggregateReportUris);
        Assert.Empty(record.Ignored);
    }

    [Fact]
    public void Every_tag_is_read()
    {
        var record = Parse(
            "v=DMARC1;p=reject;sp=quarantine;np=none;adkim=s;aspf=s;psd=n;t=y;rua=mailto:a@example.com;ruf=https://example.com/r;fo=d:s");
        Assert.Equal(DmarcPolicy.Reject, record.Policy);
        Assert.Equal(DmarcPolicy.Quarantine, record.SubdomainPolicy);
        Assert.Equal(DmarcPolicy.None, record.NonexistentSubdomainPolicy);
        Assert.Equal(DmarcAlignmentMode.Strict, record.DkimAlignment);
        Assert.Equal(DmarcAlignmentMode.Strict, record.SpfAlignment);
        Assert.Equal(DmarcDomainRole.Organizational, record.DomainRole);
        Assert.True(record.IsTesting);
        Assert.Equal(["https://example.com/r"], record.FailureReportUris);
        Assert.Equal(DmarcFailureOptions.Dkim | DmarcFailureOptions.Spf, record.FailureOptions);
        Assert.Equal(DmarcPolicyValidity.Valid, record.Validity);
        Assert.Empty(record.Ignored);
    }

    [Fact]
    public void Tags_that_are_absent_have_their_defaults()
    {
        var record = Parse("v=DMARC1; p=reject");
        Assert.Null(record.SubdomainPolicy);
        Assert.Null(record.NonexistentSubdomainPolicy);
        Assert.Equal(DmarcAlignmentMode.Relaxed, record.DkimAlignment);
        Assert.Equal(DmarcAlignmentMode.Relaxed, record.SpfAlignment);
        Assert.Equal(DmarcDomainRole.Unspecified, record.DomainRole);
        Assert.False(record.IsTesting);
        Assert.Empty(record.AggregateReportUris);
        Assert.Empty(record.FailureReportUris);
        Assert.Equal(DmarcFailureOptions.AllFail, record.FailureOptions);
    }

    [Theory]
    [InlineData("v=DMARC1; p=none")]
    [InlineData("v=DMARC1;p=none;")] // a semicolon may end the record
    [InlineData("v=DMARC1 ; p=none ; ")]
    [InlineData("v = DMARC1;p\t=\tnone")] // white space around "="
    [InlineData("V=DMARC1; P=NONE")] // ABNF strings compare without case (RFC 5234 section 2.3)
    public void The_grammar_allows_white_space_and_case(string text)
    {
        var record = Parse(text);
        Assert.Equal(DmarcPolicy.None, record.Policy);
        Assert.Empty(record.Ignored);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("v=spf1 -all", 2)]
    [InlineData("p=none; v=DMARC1", 0)] // the version must come first
    [InlineData("v=dmarc1; p=none", 2)] // its value compares with case
    [InlineData("v=DMARC1.0; p=none", 2)]
    [InlineData("v=DMARC2; p=none", 2)]
    [InlineData("v=DMARC1 p=none", 2)] // no semicolon: another value
    [InlineData("v= ; p=none", 3)]
    [InlineData(" v=DMARC1; p=none", 0)] // nothing stands before the version
    [InlineData("vDMARC1", 0)]
    [InlineData("\u200bv=DMARC1; p=none", 0)]
    public void A_text_that_does_not_start_with_the_version_is_not_a_record(string text, int position)
    {
        var result = DmarcRecord.Parse(text);
        Assert.False(result.IsSuccess);
        Assert.Equal(position, result.Error.Position);
    }

    [Theory]
    [InlineData("v=DMARC1; p=none; pct=50", 18, 6, "RFC 7489")] // old tags are named
    [InlineData("v=DMARC1; p=none; rf=afrf", 18, 7, "RFC 7489")]
    [InlineData("v=DMARC1; p=none; RI=86400", 18, 8, "RFC 7489")]
    [InlineData("v=DMARC1; p=none; rf=afrf ruf=mailto:a@example.com", 18, 32, "RFC 7489")] // OpenDMARC #62: a missing semicolon
    [InlineData("v=DMARC1; p=none; x=y", 18, 3, "not defined")]
    [InlineData("v=DMARC1; p=none; toolong=y", 18, 9, "not defined")]
    [InlineData("v=DMARC1; p=none; adkim=x", 24, 1, "default r")]
    [InlineData("v=DMARC1; p=none; aspf=", 23, 0, "default r")]
    [InlineData("v=DMARC1; p=none; psd=yes", 22, 3, "default u")]
    [InlineData("v=DMARC1; p=none; t=1", 20, 1, "default n")]
    [InlineData("v=DMARC1; p=none; p=reject", 18, 8, "the first one counts")]
    [InlineData("v=DMARC1; p=none; v=DMARC1", 18, 8, "the first one counts")]
    [InlineData("v=DMARC1; p=none;; rua=mailto:a@example.com", 17, 0, "between two semicolons")]
    [InlineData("v=DMARC1; p=none; sp", 18, 2, "must have \"=\"")]
    [InlineData("v=DMARC1; p=none; =x", 18, 2, "not defined")]
    [InlineData("v=DMARC1; p=none; s p=none", 18, 3, "letters")]
    [InlineData("v=DMARC1; p=none; fo=1", 21, 1, "without \"ruf\"")]
    [InlineData("v=DMARC1; p=none; ruf=mailto:a@example.com; fo=1:x", 49, 1, "not 0, 1, d or s")]
    [InlineData("v=DMARC1; p=none; rua=mailto:a@example.com!10m", 42, 4, "RFC 7489")] // accepted without its size suffix
    [InlineData("v=DMARC1; p=none; rua=mailto:a!b@example.com", 22, 22, "percent-encoded")]
    [InlineData("v=DMARC1; p=none; rua=a@example.com", 22, 13, "scheme")]
    [InlineData("v=DMARC1; p=none; rua=mailto:", 22, 7, "empty")]
    [InlineData("v=DMARC1; p=none; rua=mailto:a", 22, 8, "mailbox")]
    [InlineData("v=DMARC1; p=none; rua=mailto:a@example.com,,mailto:b@example.com", 43, 0, "scheme")]
    [InlineData("v=DMARC1; p=none; rua=mailto:a%4@example.com", 22, 22, "percent-encoded")]
    [InlineData("v=DMARC1; p=none; rua=mailto:ä@example.com", 22, 20, "percent-encoded")]
    public void What_is_ignored_is_listed_with_its_place_and_the_reason(string text, int position, int length, string reason)
    {
        var item = Assert.Single(Parse(text).Ignored);
        Assert.Equal((position, length), (item.Position, item.Length));
        Assert.Contains(reason, item.Reason, StringComparison.Ordinal);
    }

    // RFC 3986 section 3.1: letters, digits, "+", "-" and ".".
    [Theory]
    [InlineData("a+b-c.d1:x", true)]
    [InlineData("a_b:x", false)]
    [InlineData("a b:x", false)]
    public void A_scheme_has_the_characters_of_RFC_3986(string uri, bool isKept) =>
        Assert.Equal(isKept ? [uri] : [], Parse($"v=DMARC1; p=none; rua={uri}").AggregateReportUris);

    [Fact]
    public void The_size_suffix_of_an_address_is_dropped_and_the_rest_kept() => Assert.Equal(
        ["mailto:a@example.com", "mailto:b@example.com"],
        Parse("v=DMARC1; p=none; rua=mailto:a@example.com!10m,mailto:b@example.com!5").AggregateReportUris);

    [Fact]
    public void Of_five_rua_tags_the_first_counts() // OpenDMARC #62
    {
        var record = Parse("v=DMARC1; p=none; rua=mailto:a@x.example; rua=mailto:b@x.example; rua=mailto:c@x.example; rua=; rua=mailto:d@x.example");
        Assert.Equal(["mailto:a@x.example"], record.AggregateReportUris);
        Assert.Equal(4, record.Ignored.Length);
    }

    // RFC 9989 section 4.10.1.
    [Theory]
    [InlineData("v=DMARC1", DmarcPolicyValidity.NotApplied)]
    [InlineData("v=DMARC1; p=", DmarcPolicyValidity.NotApplied)]
    [InlineData("v=DMARC1; p=block", DmarcPolicyValidity.NotApplied)]
    [InlineData("v=DMARC1; p=reject; sp=x", DmarcPolicyValidity.NotApplied)]
    [InlineData("v=DMARC1; p=reject; np=x", DmarcPolicyValidity.NotApplied)]
    [InlineData("v=DMARC1; rua=nowhere", DmarcPolicyValidity.NotApplied)]
    [InlineData("v=DMARC1; rua=mailto:a@example.com", DmarcPolicyValidity.TreatedAsNone)]
    [InlineData("v=DMARC1; p=block; rua=nowhere, mailto:a@example.com", DmarcPolicyValidity.TreatedAsNone)]
    [InlineData("v=DMARC1; p=reject; sp=x; rua=mailto:a@example.com", DmarcPolicyValidity.TreatedAsNone)]
    [InlineData("v=DMARC1; p=reject; np=x; rua=mailto:a@example.com", DmarcPolicyValidity.TreatedAsNone)]
    [InlineData("v=DMARC1; p=reject; adkim=x", DmarcPolicyValidity.Valid)] // no policy tag: the default counts
    public void An_invalid_policy_counts_as_p_none_when_there_is_a_report_address(string text, DmarcPolicyValidity expected)
    {
        var record = Parse(text);
        Assert.Equal(expected, record.Validity);
        if (expected != DmarcPolicyValidity.Valid)
        {
            Assert.Equal(DmarcPolicy.None, record.PolicyFor(DmarcPolicyTag.Domain));
            Assert.Equal(DmarcPolicy.None, record.PolicyFor(DmarcPolicyTag.NonexistentSubdomain));
        }
    }

    [Theory]
    [InlineData("v=DMARC1; p=reject", DmarcPolicy.Reject, DmarcPolicy.Reject)]
    [InlineData("v=DMARC1; p=reject; sp=none", DmarcPolicy.None, DmarcPolicy.None)]
    [InlineData("v=DMARC1; p=none; np=reject", DmarcPolicy.None, DmarcPolicy.Reject)]
    [InlineData("v=DMARC1; p=none; sp=quarantine; np=reject", DmarcPolicy.Quarantine, DmarcPolicy.Reject)]
    public void The_policy_below_falls_back_from_np_to_sp_to_p(string text, DmarcPolicy subdomain, DmarcPolicy nonexistent)
    {
        Assert.Equal(subdomain, Parse(text).PolicyFor(DmarcPolicyTag.Subdomain));
        Assert.Equal(nonexistent, Parse(text).PolicyFor(DmarcPolicyTag.NonexistentSubdomain));
    }

    [Fact]
    public void A_long_record_of_nothing_makes_a_short_list_of_remarks() =>
        Assert.True(Parse("v=DMARC1; p=none" + new string(';', 60_000)).Ignored.Length <= 64);

    [Property]
    public void No_text_makes_parsing_throw_and_every_remark_lies_within_the_text(string text)
    {
        var full = "v=DMARC1;" + text;
        foreach (var item in Parse(full).Ignored)
        {
            Assert.InRange(item.Position, 0, full.Length);
            Assert.InRange(item.Length, 0, full.Length - item.Position);
        }

        _ = DmarcRecord.Parse(text ?? string.Empty);
    }

    private static DmarcRecord Parse(string text)
    {
        var result = DmarcRecord.Parse(text);
        Assert.True(result.IsSuccess, result.Error?.ToString());
        return result.Value!;
    }
}
