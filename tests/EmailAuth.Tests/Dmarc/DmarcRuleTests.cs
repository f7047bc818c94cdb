using EmailAuth.Dmarc;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>The rules of RFC 9989 sections 4.10 and 5.3, one by one. A zone is written as lines of "name text".</summary>
public class DmarcRuleTests
{
    // Section 4.10.2: the organizational domain.
    [Theory]
    [InlineData("a.mail.example.com", "mail.example.com v=DMARC1;p=none|example.com v=DMARC1;p=none", "example.com")] // the shortest name with a record
    [InlineData("a.mail.example.com", "mail.example.com v=DMARC1;p=none;psd=n", "mail.example.com")] // psd=n
    [InlineData("a.mail.example.com", "mail.example.com v=DMARC1;p=none;psd=n|example.com v=DMARC1;p=none", "mail.example.com")] // nothing above counts
    [InlineData("a.mail.example.com", "com v=DMARC1;p=none;psd=y", "example.com")] // psd=y: one label longer
    [InlineData("a.mail.example.com", "example.com v=DMARC1;p=none|com v=DMARC1;p=none;psd=y", "example.com")]
    [InlineData("a.mail.example.com", "mail.example.com v=DMARC1;p=none|com v=DMARC1;p=none;psd=y", "example.com")] // though it has no record
    [InlineData("a.mail.example.com", "com v=DMARC1;p=none", "com")] // a top-level domain without psd=y is like any other
    [InlineData("a.mail.example.com", "", "a.mail.example.com")] // no record: the start
    [InlineData("example.com", "example.com v=DMARC1;p=none;psd=y", "example.com")] // psd=y at the start
    [InlineData("example.com", "example.com v=DMARC1;p=none;psd=y|com v=DMARC1;p=none", "example.com")] // ends the walk there too
    [InlineData("a.example.com", "a.example.com v=DMARC1;p=none;psd=n|example.com v=DMARC1;p=none", "a.example.com")]
    [InlineData("a.example.com", "a.example.com v=DMARC1;p=none;psd=u|example.com v=DMARC1;p=none;psd=u", "example.com")] // u is the default
    [InlineData("a.example.com", "a.example.com v=DMARC1;p=none;psd=x|example.com v=DMARC1;p=none", "example.com")] // invalid: the default
    [InlineData("a.example.com", "a.example.com v=DMARC1|example.com v=DMARC1;p=none;psd=n", "example.com")] // a record without p still counts in a walk
    [InlineData("1.2.3.4.5.6.7.8.9", "7.8.9 v=DMARC1;p=none;psd=y", "6.7.8.9")]
    [InlineData("1.2.3.4.5.6.7.8.9", "3.4.5.6.7.8.9 v=DMARC1;p=none;psd=y", "2.3.4.5.6.7.8.9")] // on the path, though not asked itself
    public async Task The_organizational_domain(string author, string records, string expected)
    {
        var result = await Evaluate(author, records);
        Assert.Equal(expected, result.OrganizationalDomain?.ToString());
    }

    // Section 4.10 steps 3 to 5, and trap 2.
    [Theory]
    [InlineData(1, "1")]
    [InlineData(2, "1.2 2")]
    [InlineData(7, "1.2.3.4.5.6.7 2.3.4.5.6.7 3.4.5.6.7 4.5.6.7 5.6.7 6.7 7")]
    [InlineData(8, "1.2.3.4.5.6.7.8 2.3.4.5.6.7.8 3.4.5.6.7.8 4.5.6.7.8 5.6.7.8 6.7.8 7.8 8")]
    [InlineData(9, "1.2.3.4.5.6.7.8.9 3.4.5.6.7.8.9 4.5.6.7.8.9 5.6.7.8.9 6.7.8.9 7.8.9 8.9 9")]
    [InlineData(13, "1.2.3.4.5.6.7.8.9.10.11.12.13 7.8.9.10.11.12.13 8.9.10.11.12.13 9.10.11.12.13 10.11.12.13 11.12.13 12.13 13")]
    public async Task The_names_that_a_walk_asks(int labels, string expected)
    {
        var result = await Evaluate(string.Join('.', Enumerable.Range(1, labels)), "");
        Assert.Equal(expected, string.Join(' ', result.Walk.Select(step => step.Domain)));
        Assert.InRange(result.Walk.Length, 1, 8);
        Assert.Equal(DmarcResultCode.None, result.Code);
        Assert.Equal(DmarcPolicy.None, result.Disposition);
        Assert.Null(result.PublishedPolicy);
    }

    // Section 4.10.1: whose record, and which of its policies. The author domain exists where the zone has "name A".
    [Theory]
    [InlineData("example.com", "example.com v=DMARC1;p=reject;sp=none;np=quarantine", "example.com", "p=reject")]
    [InlineData("sub.example.com|A", "example.com v=DMARC1;p=reject", "example.com", "sp=reject")] // sp falls back to p
    [InlineData("sub.example.com|A", "example.com v=DMARC1;p=reject;sp=quarantine;np=none", "example.com", "sp=quarantine")]
    [InlineData("sub.example.com", "example.com v=DMARC1;p=none;sp=quarantine;np=reject", "example.com", "np=reject")]
    [InlineData("sub.example.com", "example.com v=DMARC1;p=none;np=reject", "example.com", "np=reject")]
    [InlineData("sub.example.com|A", "example.com v=DMARC1;p=none;np=reject", "example.com", "sp=none")]
    [InlineData("sub.example.com", "sub.example.com v=DMARC1;p=none;sp=reject;np=reject|example.com v=DMARC1;p=reject", "sub.example.com", "p=none")] // trap 6
    [InlineData("a.b.example.com|A", "b.example.com v=DMARC1;p=reject|example.com v=DMARC1;p=none", "example.com", "sp=none")] // the organizational domain's, not the nearest
    [InlineData("example.com|A", "com v=DMARC1;p=none;sp=reject;psd=y", "com", "sp=reject")] // the public suffix domain's
    [InlineData("a.b.example.com|A", "b.example.com v=DMARC1;p=none|com v=DMARC1;p=reject;psd=y", "com", "sp=reject")]
    [InlineData("sub.example.com|A", "example.com v=DMARC1;p=none|com v=DMARC1;p=reject;psd=y", "example.com", "sp=none")] // never over the organizational domain's
    public async Task The_policy_that_applies(string author, string records, string policyDomain, string policy)
    {
        var exists = author.EndsWith("|A", StringComparison.Ordinal);
        author = exists ? author[..^2] : author;
        var zone = ZoneOf(records);
        if (exists)
        {
            zone.Add(author, ZoneEntryKind.A, "192.0.2.1");
        }

        var result = await Evaluate(author, zone);
        Assert.Equal(policyDomain, result.PolicyDomain?.ToString());
        var tag = result.PolicyTag;
        Assert.Equal(policy, $"{tag}={result.PublishedPolicy}".ToLowerInvariant());
        Assert.Equal(DmarcResultCode.Fail, result.Code);
        Assert.Equal(result.PublishedPolicy, result.Disposition);
    }

    // Section 3.2.13 and trap 7: NXDOMAIN for the author domain itself, no MX or address needed.
    [Theory]
    [InlineData("sub.example.com", ZoneEntryKind.Txt, "anything", true)] // it has some record
    [InlineData("sub.example.com", ZoneEntryKind.MX, "mx.example.net", true)]
    [InlineData("host.sub.example.com", ZoneEntryKind.A, "192.0.2.1", true)] // NODATA: something stands below it
    [InlineData("other.example.com", ZoneEntryKind.A, "192.0.2.1", false)]
    public async Task A_domain_exists_unless_its_query_gives_NXDOMAIN(string name, ZoneEntryKind type, string data, bool exists)
    {
        var zone = ZoneOf("example.com v=DMARC1;p=none;np=reject").Add(name, type, data);
        var result = await Evaluate("sub.example.com", zone);
        Assert.Equal(exists, result.AuthorDomainExists);
        Assert.Equal(exists ? DmarcPolicy.None : DmarcPolicy.Reject, result.PublishedPolicy);
    }

    // Trap 5.
    [Theory]
    [InlineData("reject", DmarcPolicy.Quarantine)]
    [InlineData("quarantine", DmarcPolicy.None)]
    [InlineData("none", DmarcPolicy.None)]
    public async Task Test_mode_lowers_the_policy_by_one_level(string policy, DmarcPolicy expected)
    {
        var result = await Evaluate("example.com", $"example.com v=DMARC1;p={policy};t=y");
        Assert.Equal(policy, result.PublishedPolicy.ToString()!.ToLowerInvariant());
        Assert.Equal(expected, result.EffectivePolicy);
        Assert.Equal(expected, result.Disposition);
        Assert.Equal(DmarcResultCode.Fail, result.Code);
    }

    // Section 4.10 step 2, and trap 1.
    [Theory]
    [InlineData("example.com some text|example.com v=spf1 -all|example.com v=DMARC1;p=reject", true)]
    [InlineData("example.com some text", false)]
    [InlineData("example.com v=DMARC1;p=reject|example.com v=DMARC1;p=none", false)] // OpenDMARC #430: none of several counts
    [InlineData("example.com v=DMARC1;p=reject|example.com v=DMARC1;p=reject", false)]
    [InlineData("example.com v=DMARC2;p=reject|example.com v=DMARC1;p=none", true)]
    public async Task What_counts_as_a_record(string records, bool applies)
    {
        var result = await Evaluate("example.com", records);
        Assert.Equal(applies ? DmarcResultCode.Fail : DmarcResultCode.None, result.Code);
    }

    [Fact]
    public async Task Several_records_are_discarded_so_that_the_record_above_applies()
    {
        var result = await Evaluate("a.example.com", "a.example.com v=DMARC1;p=none|a.example.com v=DMARC1;p=none|example.com v=DMARC1;p=reject");
        Assert.Equal(DmarcLookupOutcome.SeveralRecords, result.Walk[0].Found);
        Assert.Contains("2 DMARC records", result.Walk[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("example.com", result.PolicyDomain?.ToString());
    }

    // Section 4.10.1: a policy that cannot be followed.
    [Theory]
    [InlineData("example.com v=DMARC1;p=x", DmarcResultCode.None)]
    [InlineData("example.com v=DMARC1;p=x;rua=mailto:a@example.com", DmarcResultCode.Fail)]
    [InlineData("example.com v=DMARC1;p=reject;sp=x;rua=mailto:a@example.com", DmarcResultCode.Fail)]
    [InlineData("example.com v=DMARC1;rua=mailto:a@example.com", DmarcResultCode.Fail)]
    public async Task An_invalid_policy_asks_for_nothing(string records, DmarcResultCode expected)
    {
        var result = await Evaluate("example.com", records);
        Assert.Equal(expected, result.Code);
        Assert.Equal(DmarcPolicy.None, result.Disposition);
        Assert.Equal(expected == DmarcResultCode.None ? null : DmarcPolicy.None, result.PublishedPolicy);
        Assert.NotNull(result.Reason);
    }

    // Section 4.4 and trap 8; the modes are those of the record that applies.
    [Theory]
    [InlineData("r", "r", "spf mail.example.com", true)]
    [InlineData("s", "r", "spf mail.example.com", true)] // adkim does not touch SPF
    [InlineData("r", "s", "spf mail.example.com", false)]
    [InlineData("r", "s", "dkim mail.example.com", true)]
    [InlineData("s", "r", "dkim mail.example.com", false)]
    [InlineData("s", "s", "spf example.com", true)]
    [InlineData("s", "s", "dkim example.com", true)]
    [InlineData("r", "r", "", false)]
    public async Task The_alignment_mode_of_each_method(string adkim, string aspf, string identifier, bool pass)
    {
        var result = await Evaluate("example.com", $"example.com v=DMARC1;p=reject;adkim={adkim};aspf={aspf}", identifier);
        Assert.Equal(pass ? DmarcResultCode.Pass : DmarcResultCode.Fail, result.Code);
    }

    [Fact]
    public async Task An_organizational_domain_of_its_own_below_does_not_align()
    {
        var result = await Evaluate(
            "example.com", "example.com v=DMARC1;p=reject|tenant.example.com v=DMARC1;p=none;psd=n", "dkim tenant.example.com");
        Assert.Equal(DmarcResultCode.Fail, result.Code);
        Assert.Equal("tenant.example.com", result.Alignments[0].OrganizationalDomain?.ToString());
        Assert.Equal(
            "dkim tenant.example.com: not aligned, its organizational domain is tenant.example.com", result.Alignments[0].ToString());
    }

    [Fact]
    public async Task Siblings_below_a_public_suffix_do_not_align()
    {
        var result = await Evaluate(
            "a.example", "example v=DMARC1;p=reject;psd=y", "dkim b.example", "spf example");
        Assert.Equal(DmarcResultCode.Fail, result.Code);
        Assert.All(result.Alignments, a => Assert.Equal(DmarcAlignmentOutcome.DifferentOrganizationalDomain, a.Outcome));
    }

    private const string OwnAmongFailures = "a.b.c.d.e.example v=DMARC1;p=reject|!b.c.d.e.example|!c.d.e.example|!d.e.example|!e.example|!example";

    // Failed queries: "!" before a name stands for a time-out of _dmarc.name.
    [Theory]
    [InlineData("example.com", "!example.com", "", DmarcResultCode.TempError)] // the own record
    [InlineData("example.com", "!example.com", "dkim example.com", DmarcResultCode.TempError)]
    [InlineData("a.example.com", "!a.example.com|example.com v=DMARC1;p=reject", "dkim a.example.com", DmarcResultCode.TempError)] // it could be another policy
    [InlineData("a.example.com", "!example.com", "", DmarcResultCode.TempError)] // never "no record"
    [InlineData("a.example.com", "!com|example.com v=DMARC1;p=reject", "", DmarcResultCode.TempError)] // com could be the organizational domain
    [InlineData("a.example.com", "!com|example.com v=DMARC1;p=reject;psd=n", "", DmarcResultCode.Fail)] // it could not: the walk ends before
    [InlineData("example.com", "!com|example.com v=DMARC1;p=reject", "dkim example.com", DmarcResultCode.Pass)] // equal names
    [InlineData("example.com", "!com|example.com v=DMARC1;p=reject", "dkim mail.example.com", DmarcResultCode.Pass)] // whatever com says
    [InlineData("example.com", "!com|example.com v=DMARC1;p=reject", "dkim evil.example", DmarcResultCode.Fail)] // whatever com says
    [InlineData("example.com", "!com|example.com v=DMARC1;p=reject", "dkim evil.com", DmarcResultCode.TempError)] // com could hold both
    [InlineData("example.com", "!com|example.com v=DMARC1;p=reject;adkim=s", "dkim evil.com", DmarcResultCode.Fail)] // strict
    [InlineData("example.com", "!com|example.com v=DMARC1;p=reject", "", DmarcResultCode.Fail)] // nothing could align
    [InlineData("example.com", "!mail.example.com|example.com v=DMARC1;p=reject", "dkim mail.example.com", DmarcResultCode.TempError)] // it could say psd=n
    [InlineData("example.com", "!mail.example.com|example.com v=DMARC1;p=reject", "dkim mail.example.com,spf example.com", DmarcResultCode.Pass)] // one is enough
    [InlineData("example.com", "!mail.example.com|example.com v=DMARC1;p=reject", "dkim mail.example.com,spf evil.example", DmarcResultCode.TempError)]
    [InlineData("a.b.c.d.e.example", "!b.c.d.e.example|!c.d.e.example|!d.e.example|!e.example", "", DmarcResultCode.TempError)]
    [InlineData("a.b.c.d.e.example", OwnAmongFailures, "dkim a.b.c.d.e.example", DmarcResultCode.Pass)] // the own record is there, whatever stands above
    [InlineData("a.b.c.d.e.example", OwnAmongFailures, "dkim other.test", DmarcResultCode.Fail)]
    [InlineData("a.b.c.d.e.example", OwnAmongFailures, "", DmarcResultCode.Fail)]
    [InlineData("a.b.c.d.e.example", OwnAmongFailures, "dkim x.e.example", DmarcResultCode.TempError)]
    public async Task A_failed_query_matters_when_the_result_depends_on_it(string author, string records, string identifiers, DmarcResultCode expected)
    {
        var result = await Evaluate(author, records, identifiers.Split(',', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(expected, result.Code);
        if (expected == DmarcResultCode.TempError)
        {
            Assert.Contains("failed", result.Reason, StringComparison.Ordinal);
            Assert.Equal(DmarcPolicy.None, result.Disposition);
        }
    }

    [Theory]
    [InlineData("p=none;np=reject", "", DmarcResultCode.TempError)] // existing or not: another policy
    [InlineData("p=reject;np=reject", "", DmarcResultCode.Fail)] // the same one
    [InlineData("p=none;np=reject", "dkim example.com", DmarcResultCode.Pass)]
    public async Task A_failed_query_for_the_existence_matters_when_the_policy_depends_on_it(
        string policy, string identifiers, DmarcResultCode expected)
    {
        var zone = ZoneOf("example.com v=DMARC1;" + policy).Add("sub.example.com", ZoneEntryKind.Timeout);
        var result = await Evaluate("sub.example.com", zone, identifiers.Split(',', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(expected, result.Code);
    }

    [Fact]
    public async Task The_method_result_has_policies_and_dispositions()
    {
        var result = await Evaluate("sub.example.com", "example.com v=DMARC1;p=reject;sp=quarantine;np=none;t=y", "dkim evil.example");
        var method = new DmarcResult(result) { Override = new DmarcOverride { Type = DmarcOverrideType.TrustedForwarder } }.ToMethodResult();
        Assert.Equal(("dmarc", "fail"), (method.Method, method.Result));
        Assert.Equal("p=reject sp=quarantine np=none dis=none", method.Comment);
        Assert.Equal(
            "header.from=sub.example.com policy.dmarc=none policy.published-domain-policy=none policy.applied-disposition=none policy.evaluated-disposition=none",
            string.Join(' ', method.Properties.Select(p => $"{p.Type}.{p.Name}={p.Value}")));
        Assert.Null(method.Reason);
    }

    // Section 9.1: policy.dmarc is the policy after its options have been processed, also where the message passes.
    [Theory]
    [InlineData("p=reject;t=y", "quarantine")]
    [InlineData("p=quarantine", "quarantine")]
    [InlineData("p=bounce;rua=mailto:a@example.com", "none")]
    public async Task The_registered_property_is_the_policy_in_effect(string policy, string expected)
    {
        var method = (await Evaluate("example.com", "example.com v=DMARC1;" + policy, "dkim example.com")).ToMethodResult();
        Assert.Equal("pass", method.Result);
        Assert.Equal(expected, Assert.Single(method.Properties, p => p is { Type: "policy", Name: "dmarc" }).Value);
    }

    [Fact]
    public async Task An_override_changes_what_is_applied_and_not_what_was_asked_for()
    {
        var result = await Evaluate("example.com", "example.com v=DMARC1;p=reject");
        result = new DmarcResult(result)
        {
            Override = new DmarcOverride { Type = DmarcOverrideType.MailingList, Disposition = DmarcPolicy.Quarantine, Comment = "known list" },
        };
        Assert.Equal((DmarcPolicy.Reject, DmarcPolicy.Quarantine), (result.Disposition, result.AppliedDisposition));
        Assert.Equal(
            "header.from=example.com policy.dmarc=reject policy.published-domain-policy=reject policy.applied-disposition=quarantine policy.evaluated-disposition=reject",
            string.Join(' ', result.ToMethodResult().Properties.Select(p => $"{p.Type}.{p.Name}={p.Value}")));
        Assert.Equal("mailing_list", result.Override.TypeKeyword);
    }

    [Fact]
    public async Task Errors_have_a_reason_and_no_policy_in_the_method_result()
    {
        var method = (await Evaluate("example.com", "!example.com")).ToMethodResult();
        Assert.Equal("temperror", method.Result);
        Assert.Contains("example.com", method.Reason, StringComparison.Ordinal);
        Assert.Null(method.Comment);
        Assert.Single(method.Properties);
    }

    private static Zone ZoneOf(string records)
    {
        var zone = new Zone();
        foreach (var line in records.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('!'))
            {
                zone.Add("_dmarc." + line[1..], ZoneEntryKind.Timeout);
                continue;
            }

            var space = line.IndexOf(' ', StringComparison.Ordinal);
            zone.Add("_dmarc." + line[..space], ZoneEntryKind.Txt, line[(space + 1)..]);
        }

        return zone;
    }

    private static Task<DmarcResult> Evaluate(string author, string records, params string[] identifiers) =>
        Evaluate(author, ZoneOf(records), identifiers);

    // Both ways of asking must tell the same.
    private static async Task<DmarcResult> Evaluate(string author, Zone zone, params string[] identifiers)
    {
        var resolver = new ZoneResolver(zone);
        AuthenticatedIdentifier[] authenticated = [.. identifiers.Where(i => i.Length > 0).Select(Identifier)];
        var token = TestContext.Current.CancellationToken;
        var atOnce = await new DmarcEvaluator(resolver).EvaluateAsync(Name(author), authenticated, token);
        var inOrder = await new DmarcEvaluator(resolver, new DmarcOptions { Prefetch = false }).EvaluateAsync(Name(author), authenticated, token);
        Assert.Equal(Summary(inOrder), Summary(atOnce));
        return atOnce;
    }

    private static string Summary(DmarcResult result) =>
        $"{result.Code} {result.Reason} {result.OrganizationalDomain} {result.PolicyDomain} {result.PublishedPolicy} {result.PolicyTag} "
        + string.Join(", ", result.Alignments) + string.Join(", ", result.Walk);

    private static AuthenticatedIdentifier Identifier(string text) => text.Split(' ') is ["spf", var domain]
        ? new AuthenticatedIdentifier { Method = IdentifierSource.Spf, Domain = Name(domain) }
        : new AuthenticatedIdentifier { Method = IdentifierSource.Dkim, Domain = Name(text.Split(' ')[1]) };

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;
}
