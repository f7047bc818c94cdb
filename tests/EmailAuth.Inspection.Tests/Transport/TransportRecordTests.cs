using EmailAuth.Inspection.Transport;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Transport;

/// <summary>The texts of MTA-STS (RFC 8461) and TLS reports (RFC 8460).</summary>
public class TransportRecordTests
{
    private const string Policy = "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800\n";

    public static TheoryData<string, bool, string> Policies => new()
    {
        { Policy, true, "the example of section 3.2" },
        { Policy.Replace("\n", "\r\n", StringComparison.Ordinal), true, "lines may end in CRLF" },
        { Policy.TrimEnd('\n'), true, "the last line may have no end" },
        { Policy + "mode: none\nmax_age: 1\n", true, "of repeated keys the first counts" },
        { Policy + "extension: x\n\n", true, "an unknown key, and an empty line" },
        { Policy.Replace("\n", "\r", StringComparison.Ordinal), false, "a bare CR does not end a line" },
        { Policy.Replace("604800", "31557601", StringComparison.Ordinal), false, "past the longest age" },
        { Policy.Replace("604800", "31557600", StringComparison.Ordinal), true, "the longest age" },
        { Policy.Replace("604800", "-1", StringComparison.Ordinal), false, "a sign" },
        { Policy.Replace("604800", "", StringComparison.Ordinal), false, "no number" },
        { Policy.Replace("max_age: 604800\n", "", StringComparison.Ordinal), false, "no age" },
        { Policy.Replace("enforce", "Enforce", StringComparison.Ordinal), false, "modes are in lower case" },
        { Policy.Replace("mode: enforce\n", "", StringComparison.Ordinal), false, "no mode" },
        { Policy.Replace("STSv1", "STSv2", StringComparison.Ordinal), false, "another version" },
        { Policy.Replace("version: STSv1\n", "", StringComparison.Ordinal), false, "no version" },
        { Policy.Replace("*.example.net", "*.*.example.net", StringComparison.Ordinal), false, "two stars" },
        { Policy.Replace("*.example.net", "mail.*.net", StringComparison.Ordinal), false, "a star in the middle" },
        { Policy.Replace("mail.example.com", "mail.example.com.", StringComparison.Ordinal), false, "a trailing dot" },
        { Policy.Replace("mail.example.com", "mäil.example.com", StringComparison.Ordinal), false, "names are in A-labels" },
        { "version: STSv1\nmode: enforce\nmax_age: 1\n", false, "enforce without mx" },
        { "version: STSv1\nmode: none\nmax_age: 1\n", true, "none without mx" },
        { "version: STSv1\nnonsense\n", false, "a line without a colon" },
        { "<html>", false, "a page" },
        { "", false, "nothing" },
        { "\uFEFF" + Policy, false, "a byte order mark is part of the first key" },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_policy_is_read_as_the_RFC_says(string text, bool isValid, string why)
    {
        var parsed = MtaStsPolicy.Parse(text);
        Assert.True(isValid == parsed.IsSuccess, $"{why}: {parsed.Error}");
    }

    [Theory]
    [InlineData("version: STSv1\nmode: none\nmax_age: 1\r2\n", "max_age must be a number up to 31557600, not \"1 2\"")]
    [InlineData("version: STSv1\nmode: \u001b[2J\nmax_age: 1\n", "\" [2J\" is not a mode: enforce, testing or none")]
    [InlineData("mx: a\tb\n", "\"a b\" is not a host name, with or without \"*.\" before it")]
    public void What_is_wrong_with_a_policy_is_one_line_whatever_it_quotes(string text, string reason) =>
        Assert.Equal(reason, MtaStsPolicy.Parse(text).Error!.Reason);

    [Fact]
    public void A_policy_has_its_values()
    {
        var policy = MtaStsPolicy.Parse(Policy + "mode: none\n").Value!;
        Assert.Equal((MtaStsMode.Enforce, 604800), (policy.Mode, policy.MaxAgeSeconds));
        Assert.Equal(["mail.example.com", "*.example.net"], policy.Patterns);
    }

    [Theory]
    [InlineData("mail.example.com", "mail.example.com", true)]
    [InlineData("mail.example.com", "*.example.com", true)]
    [InlineData("example.com", "*.example.com", false)] // the star is exactly one label
    [InlineData("a.mail.example.com", "*.example.com", false)]
    [InlineData("mail.example.com", "example.com", false)]
    public void A_star_is_exactly_one_label(string host, string pattern, bool expected) =>
        Assert.Equal(expected, MtaStsPolicy.Matches(DomainName.Parse(host).Value!, pattern));

    [Theory]
    [InlineData("v=STSv1; id=20160831085700Z;", true)]
    [InlineData("v=STSv1; id=1", true)]
    [InlineData("v=STSv1; id=1; extension=x", true)]
    [InlineData("v=STSv1;id=12345678901234567890123456789012", true)] // 32 characters
    [InlineData("v=STSv1;id=123456789012345678901234567890123", false)]
    [InlineData("v=STSv1; id=", false)]
    [InlineData("v=STSv1; id=a-b", false)]
    [InlineData("v=STSv1; id=1; id=2", true)] // RFC 8461 section 3.2: of a field that appears more than once the first counts
    [InlineData("v=STSv1; id=1; id=a-b", true)]
    [InlineData("v=STSv1; id=a-b; id=1", false)]
    [InlineData("v=STSv1; id=1; note=a:b<c>~!", true)]
    [InlineData("v=STSv1; id=1; note=a b", false)] // a value has visible ASCII alone
    [InlineData("v=STSv1; id=1; note=a=b", false)]
    [InlineData("v=STSv1; id=1; note=\u00FC", false)]
    [InlineData("v=STSv1; id=1; note=", false)]
    [InlineData("v=STSv1; id=1; note=a\u007F", false)]
    [InlineData("v=STSv1", false)] // the semicolon is required
    [InlineData("v=stsv1; id=1", false)]
    [InlineData(" v=STSv1; id=1", false)]
    [InlineData("v=STSv10; id=1", false)]
    [InlineData("v=STSv1; id=1;;", false)]
    [InlineData("v=STSv1; id", false)]
    [InlineData("v=STSv1; =1", false)]
    public void A_record_of_mta_sts(string text, bool isValid) => Assert.Equal(isValid, MtaStsReading.WhyInvalid(text, out _) is null);

    [Theory]
    [InlineData("v=TLSRPTv1; rua=mailto:reports@example.com", true)]
    [InlineData("v=TLSRPTv1;rua=mailto:a@example.com,https://example.com/v1/tlsrpt;", true)]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com; extension=x", true)]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com?subject=x", true)]
    [InlineData("v=TLSRPTv1; rua=https://example.com/a?b=c%21,mailto:a+b@example.com", true)]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com ,\thttps://example.com/", true)]
    [InlineData("v=TLSRPTv1; rua=mailto:a b@example.com", false)] // RFC 3986 section 2
    [InlineData("v=TLSRPTv1; rua=https://example.com/a b", false)]
    [InlineData("v=TLSRPTv1; rua=https://example.com/a!b", false)] // RFC 8460 section 3: encoded
    [InlineData("v=TLSRPTv1; rua=https://example.com/a%2", false)]
    [InlineData("v=TLSRPTv1; rua=https://example.com/%zz", false)]
    [InlineData("v=TLSRPTv1; rua=https://example.com/\u00FC", false)]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com\u00A0", false)]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com; note=a b", false)]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com; note=", false)]
    [InlineData("v=TLSRPTv1; rua=http://example.com/", false)]
    [InlineData("v=TLSRPTv1; rua=mailto:example.com", false)]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com,", false)] // an empty URI
    [InlineData("v=TLSRPTv1; rua=", false)]
    [InlineData("v=TLSRPTv1;", false)]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com; rua=mailto:b@example.com", false)]
    [InlineData("v=tlsrptv1; rua=mailto:a@example.com", false)]
    public void A_record_of_tls_reports(string text, bool isValid) => Assert.Equal(isValid, TlsReportingReading.WhyInvalid(text, out _) is null);

    // RFC 8461 section 3.1: what does not begin with v=STSv1; is discarded before records are counted.
    [Theory]
    [InlineData("1", null, "v=STSv1; id=1", "v=STSv2; id=2")]
    [InlineData("1", null, "v=STSv2; id=2", "v=STSv1; id=1", "v=stsv1; id=3")]
    [InlineData(null, FindingCode.StsSeveralRecords, "v=STSv1; id=1", "v=STSv1; id=2", "v=STSv2; id=2")]
    [InlineData(null, FindingCode.StsRecordInvalid, "v=STSv2; id=1", "v=stsv1; id=2")]
    [InlineData(null, FindingCode.StsAbsent, "something else")]
    public async Task Records_of_mta_sts_are_counted_after_others_are_discarded(string? id, FindingCode? code, params string[] texts)
    {
        var found = await MtaStsReading.ReadRecordAsync(DomainName.Parse("example.com").Value!, ResolverOf("_mta-sts.example.com", texts), TestContext.Current.CancellationToken);
        Assert.Equal(id, found.Id);
        Assert.Equal(code, found.Findings.IsEmpty ? (FindingCode?)null : Assert.Single(found.Findings).Code);
    }

    [Theory]
    [InlineData(1, null, "v=TLSRPTv1; rua=mailto:a@example.com", "v=TLSRPTv2; rua=mailto:b@example.com")]
    [InlineData(0, FindingCode.TlsRptSeveral, "v=TLSRPTv1; rua=mailto:a@example.com", "v=TLSRPTv1; rua=mailto:b@example.com")]
    [InlineData(0, FindingCode.TlsRptInvalid, "v=TLSRPTv2; rua=mailto:a@example.com", "v=tlsrptv1; rua=mailto:b@example.com")]
    [InlineData(0, FindingCode.TlsRptAbsent, "something else")]
    public async Task Records_of_tls_reports_are_counted_after_others_are_discarded(int uris, FindingCode? code, params string[] texts)
    {
        var found = await TlsReportingReading.ReadAsync(DomainName.Parse("example.com").Value!, ResolverOf("_smtp._tls.example.com", texts), TestContext.Current.CancellationToken);
        Assert.Equal(uris, found.Uris.Length);
        Assert.Equal(code, found.Findings.IsEmpty ? (FindingCode?)null : Assert.Single(found.Findings).Code);
    }

    private static ZoneResolver ResolverOf(string name, string[] texts)
    {
        var zone = new Zone();
        foreach (var text in texts)
        {
            zone.Add(name, ZoneEntryKind.Txt, text);
        }

        return new ZoneResolver(zone);
    }
}
