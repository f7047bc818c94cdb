using EmailAuth.Bimi;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>BIMI draft section 7.1, each requirement with its whole reason, and all combinations of policies.</summary>
public class BimiRequirementsTests
{
    private static readonly BimiRequest Passing = BimiRequests.Passing;
    private static readonly DomainName Organization = Passing.AuthorDomain!;
    private static readonly DomainName Subdomain = DomainName.Parse("a.example.com").Value!;

    [Theory]
    [InlineData(null, "no_author BIMI needs exactly one From field with exactly one address (section 7.1)")]
    [InlineData("why", "no_author BIMI needs exactly one From field with exactly one address (section 7.1): why")]
    public void An_author_is_needed(string? defect, string expected) => Assert.Equal(expected, Check(Passing with { AuthorDomain = null, AuthorDefect = defect }));

    [Theory]
    [InlineData("pass", "met")]
    [InlineData("fail", "dmarc_not_pass the DMARC result is not pass but fail (BIMI draft section 7.1)")]
    [InlineData("none", "dmarc_not_pass the DMARC result is not pass but none (BIMI draft section 7.1)")]
    [InlineData("permerror", "dmarc_not_pass the DMARC result is not pass but permerror (BIMI draft section 7.1)")]
    [InlineData("temperror", "dmarc_undecided the DMARC result is not pass but temperror (BIMI draft section 7.1)")]
    [InlineData("Pass", "dmarc_not_pass the DMARC result is not pass but Pass (BIMI draft section 7.1)")]
    [InlineData("x-Y0", "dmarc_not_pass the DMARC result is not pass but x-Y0 (BIMI draft section 7.1)")]
    [InlineData("a", "dmarc_not_pass the DMARC result is not pass but a (BIMI draft section 7.1)")]
    [InlineData("", "dmarc_not_pass the DMARC result is not pass but unknown (BIMI draft section 7.1)")]
    [InlineData("a b", "dmarc_not_pass the DMARC result is not pass but unknown (BIMI draft section 7.1)")]
    [InlineData("a_", "dmarc_not_pass the DMARC result is not pass but unknown (BIMI draft section 7.1)")]
    [InlineData("abcdefghijklmnopqrst", "dmarc_not_pass the DMARC result is not pass but abcdefghijklmnopqrst (BIMI draft section 7.1)")]
    [InlineData("abcdefghijklmnopqrstu", "dmarc_not_pass the DMARC result is not pass but unknown (BIMI draft section 7.1)")]
    public void DMARC_passes(string result, string expected) => Assert.Equal(expected, Check(Passing with { DmarcResult = result }));

    [Theory]
    [InlineData(false, false, "dmarc_not_pass")]
    [InlineData(false, true, "dmarc_not_pass")]
    [InlineData(true, false, "dmarc_not_pass")]
    [InlineData(true, true, "met")]
    public void A_trusted_chain_counts_when_it_is_accepted_and_passed(bool accepts, bool passed, string expected) => Assert.Equal(
        expected, Check(Passing with { DmarcResult = "fail", TrustedArcPassed = passed }, new BimiOptions { AcceptTrustedArc = accepts }).Split(' ')[0]);

    [Fact]
    public void A_pass_by_a_key_in_test_mode_does_not_count_but_that_of_a_chain_does()
    {
        Assert.Equal(
            "testing_key the DMARC pass rests on a DKIM key that says t=y: the domain is testing (RFC 6376 section 3.6.1)", Check(Passing with { RestsOnTestingKey = true }));
        Assert.Equal("met", Check(Passing with { RestsOnTestingKey = true, DmarcResult = "fail", TrustedArcPassed = true }, new BimiOptions { AcceptTrustedArc = true }));
    }

    // The policies that apply, of both records, with sp, pct and t: the whole table.
    [Fact]
    public void Each_combination_of_policies_has_the_outcome_of_the_page()
    {
        BimiPolicy?[] policies = [null, BimiPolicy.None, BimiPolicy.Quarantine, BimiPolicy.Reject];
        BimiDmarcRecord?[] records =
        [
            null,
            .. from policy in policies.Skip(1)
               from subdomains in policies
               select new BimiDmarcRecord { Policy = policy!.Value, SubdomainPolicy = subdomains },
            .. from policy in policies.Skip(2)
               from percentage in (int[])[0, 99, 100]
               select new BimiDmarcRecord { Policy = policy!.Value, Percentage = percentage },
            new BimiDmarcRecord { Policy = BimiPolicy.Quarantine, IsTesting = true, Percentage = 5 },
            new BimiDmarcRecord { Policy = BimiPolicy.Reject, SubdomainPolicy = BimiPolicy.Quarantine, Percentage = 5 },
        ];
        var lines = from applied in policies
                    from author in records
                    from organization in records
                    from domain in (DomainName?[])[null, Organization, Subdomain]
                    let request = Passing with
                    {
                        AppliedPolicy = applied,
                        AuthorDomain = domain ?? Organization,
                        OrganizationalDomain = domain is null ? null : Organization,
                        AuthorRecord = author,
                        OrganizationalRecord = organization,
                    }
                    group $"{applied} author {Text(author)} organization {Text(organization)} {(domain is null ? "alone" : domain)}" by Check(request);
        ApprovedPage.Verify("bimi", "requirements.txt", lines.OrderBy(static group => group.Key, StringComparer.Ordinal)
            .SelectMany(static group => (string[])[$"{group.Count()} times {group.Key}", .. Shortened(group)]));
    }

    // Of many lines the first and the last of each policy.
    private static IEnumerable<string> Shortened(IEnumerable<string> lines) => lines.GroupBy(static line => line[..line.IndexOf(" organization", StringComparison.Ordinal)])
        .Select(static group => $"   {group.Key}: {string.Join(", ", group.Select(static line => line[(line.IndexOf(" organization", StringComparison.Ordinal) + 14)..]).GroupBy(static rest => rest[(rest.LastIndexOf(' ') + 1)..]).Select(static rest => $"{rest.Key} {rest.Count()}"))}");

    private static string Text(BimiDmarcRecord? record) => record is null
        ? "-"
        : $"{record.Policy}/{record.SubdomainPolicy?.ToString() ?? "-"}{(record.Percentage is { } percentage ? $" {percentage}%" : "")}{(record.IsTesting ? " test" : "")}";

    private static string Check(BimiRequest request, BimiOptions? options = null) =>
        BimiRequirements.Check(request, options ?? BimiOptions.Default) is { } fault ? $"{fault.Reason.Keyword()} {fault.Text}" : "met";
}
