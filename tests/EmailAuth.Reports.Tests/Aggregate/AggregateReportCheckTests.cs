using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Tests.TestSupport;
using static EmailAuth.Reports.Tests.TestSupport.ReportSamples;

namespace EmailAuth.Reports.Tests.Aggregate;

/// <summary>What the check finds in a report that is to be written.</summary>
public class AggregateReportCheckTests
{
    /// <summary>A row, and its findings beside a policy of p=reject, sp=quarantine.</summary>
    public static TheoryData<string, string> Rows => new()
    {
        { "fails, rejected", "" },
        { "fails, quarantined", "reason_missing record/row/policy_evaluated/reason" },
        { "fails, none", "reason_missing record/row/policy_evaluated/reason" },
        { "fails, none, local_policy", "" },
        { "fails, pass", "pass_though_failed record/row/policy_evaluated/disposition" },
        { "subdomain fails, quarantined", "" },
        { "subdomain fails, rejected", "" },
        { "subdomain fails, none", "reason_missing record/row/policy_evaluated/reason" },
        { "passes, rejected", "refused_though_passed record/row/policy_evaluated/disposition" },
        { "disposition unknown", "invalid_value record/row/policy_evaluated/disposition" },
        { "dkim unknown", "invalid_value record/row/policy_evaluated/dkim" },
        { "spf unknown", "invalid_value record/row/policy_evaluated/spf" },
        { "reason forwarded", "obsolete_value record/row/policy_evaluated/reason/type" },
        { "reason unknown", "invalid_value record/row/policy_evaluated/reason/type" },
        { "comment with a mailbox", "local_part record/row/policy_evaluated/reason/comment" },
        { "comment with a control character", "control_character record/row/policy_evaluated/reason/comment" },
        { "source in brackets", "source_not_an_address record/row/source_ip" },
        { "source with a zone", "source_not_an_address record/row/source_ip" },
        { "source in octal", "source_not_an_address record/row/source_ip" },
        { "count 0", "count_not_positive record/row/count" },
        { "count -1", "count_not_positive record/row/count" },
        { "author in Unicode", "not_a_domain record/identifiers/header_from" },
        { "author is a mailbox", "local_part record/identifiers/header_from" },
        { "author empty", "empty_element record/identifiers/header_from" },
        { "envelope is a mailbox", "local_part record/identifiers/envelope_from" },
        { "envelope empty", "" },
        { "recipient is a mailbox", "local_part record/identifiers/envelope_to" },
        { "no selector", "missing_element record/auth_results/dkim/selector" },
        { "result of DKIM", "invalid_value record/auth_results/dkim/result" },
        { "result of SPF", "invalid_value record/auth_results/spf/result" },
        { "scope helo", "wrong_scope record/auth_results/spf/scope" },
        { "no domain of SPF", "empty_element record/auth_results/spf/domain" },
        { "100 signatures", "" },
        { "101 signatures", "too_many_signatures record/auth_results/dkim" },
        { "pass after fail", "signature_order record/auth_results/dkim" },
        { "human result with a mailbox", "local_part record/auth_results/dkim/human_result" },
        { "identity without a local part", "" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_has_its_findings(string row, string findings)
    {
        var check = new AggregateReportCheck(Metadata(), Published(subdomains: DmarcPolicy.Quarantine, nonexistent: DmarcPolicy.Reject), Name());
        check.Add(Passing());
        check.Add(Row(row));

        var found = check.Finish();
        Assert.Equal(findings, Lines(found.Where(static finding => finding.Code is not (AggregateFindingCode.DkimPassUnexplained or AggregateFindingCode.ForeignPass or AggregateFindingCode.SpfPassUnexplained))));
        Assert.All(found, static finding => Assert.Equal(2, finding.Record));
        Assert.Equal(found.All(static finding => finding.Severity == AggregateFindingSeverity.Note), check.IsConforming);
    }

    /// <summary>What comes before the rows, changed in one place.</summary>
    [Fact]
    public void What_comes_before_the_rows_has_its_findings()
    {
        var metadata = Metadata();
        var policy = Published();
        Assert.Equal("no_record record", Lines(new AggregateReportCheck(metadata, policy, Name()).Finish()));
        Finds("report_id_not_alphanumeric report_metadata/report_id\nreport_id_differs report_metadata/report_id", Changed(reportId: "a.b@c"));
        Finds("report_id_syntax report_metadata/report_id\nreport_id_differs report_metadata/report_id", Changed(reportId: "a b"));
        Finds("empty_element report_metadata/report_id\nreport_id_differs report_metadata/report_id", Changed(reportId: ""));
        Finds("empty_element report_metadata/org_name", Changed(organization: " "));
        Finds("control_character report_metadata/org_name", Changed(organization: "a\u0000b"));
        Finds("control_character report_metadata/org_name", Changed(organization: "a\ud800"));
        Finds("invalid_value report_metadata/email", Changed(email: "postmaster"));
        Finds("local_part report_metadata/error", Changed(error: "cannot reach alice@example.com"));
        Finds("period_backwards report_metadata/date_range\nperiod_differs report_metadata/date_range", Changed(end: Begin.AddSeconds(-1)));
        Finds("period_long report_metadata/date_range\nperiod_differs report_metadata/date_range", Changed(end: Begin.AddDays(2)));
        Finds("period_fraction report_metadata/date_range\nperiod_differs report_metadata/date_range", Changed(end: End.AddMilliseconds(999)));
        Finds("policy_domain_differs policy_published/domain", metadata, Published(domain: "example.net"));
        Finds("not_a_domain policy_published/domain\npolicy_domain_differs policy_published/domain", metadata, Published(domain: "b\u00fccher.example"));
        Finds("missing_element policy_published/p", metadata, new PublishedPolicy { Domain = "example.com", Policy = null });
        Finds("invalid_value policy_published/discovery_method", metadata, new PublishedPolicy { Domain = "example.com", Policy = DmarcPolicy.None, DiscoveryMethod = "dns" });

        void Finds(string findings, AggregateReportMetadata changed, PublishedPolicy? published = null) =>
            Assert.Equal(findings, Lines(new AggregateReportCheck(changed, published ?? policy, Name()).Findings));
    }

    [Fact]
    public void Domains_are_labels_of_ascii()
    {
        Assert.True(AggregateRules.IsDomain("xn--bcher-kva.example"));
        Assert.True(AggregateRules.IsDomain("_x.Example"));
        foreach (var text in (string[])["", ".", "a.", ".a", "a..b", "a b", "a\n", new string('a', 64) + ".example", string.Join('.', Enumerable.Repeat("abcdefghi", 26))])
        {
            Assert.False(AggregateRules.IsDomain(text), text);
        }
    }

    private static AggregateReportMetadata Changed(
        string? organization = null, string? email = null, string? reportId = null, DateTimeOffset? end = null, string? error = null) => new()
        {
            OrganizationName = organization ?? Metadata().OrganizationName,
            Email = email ?? Metadata().Email,
            ReportId = reportId ?? Metadata().ReportId,
            Begin = Begin,
            End = end ?? End,
            Errors = error is null ? [] : [error],
        };

    private static AggregateRecord Row(string row)
    {
        var none = AggregateDisposition.None;
        PolicyOverrideReason[] local = [Reason(PolicyOverrideType.LocalPolicy)];
        return row switch
        {
            "fails, rejected" => Failing(),
            "fails, quarantined" => Failing(AggregateDisposition.Quarantine),
            "fails, none" => Failing(none),
            "fails, none, local_policy" => Failing(none, local),
            "fails, pass" => Failing(AggregateDisposition.Pass),
            "subdomain fails, quarantined" => Failing(AggregateDisposition.Quarantine, author: "a.example.com"),
            "subdomain fails, rejected" => Failing(author: "a.example.com"),
            "subdomain fails, none" => Failing(none, author: "a.example.com"),
            "passes, rejected" => Passing(disposition: AggregateDisposition.Reject),
            "disposition unknown" => Failing(AggregateDisposition.Unknown),
            "dkim unknown" => With(dkim: AlignedResult.Unknown),
            "spf unknown" => With(spf: AlignedResult.Unknown),
            "reason forwarded" => Failing(none, [Reason(PolicyOverrideType.Forwarded)]),
            "reason unknown" => Failing(none, [Reason(PolicyOverrideType.Unknown)]),
            "comment with a mailbox" => Failing(none, [Reason(PolicyOverrideType.Other, "for bob@example.net")]),
            "comment with a control character" => Failing(none, [Reason(PolicyOverrideType.Other, "a\u001bb")]),
            "source in brackets" => Failing(source: "[2001:db8::1]"),
            "source with a zone" => Failing(source: "fe80::1%eth0"),
            "source in octal" => Failing(source: "192.0.2.010"),
            "count 0" => Failing(count: 0),
            "count -1" => Failing(count: -1),
            "author in Unicode" => Failing(AggregateDisposition.Quarantine, author: "b\u00fccher.example.com", reasons: local).WithSignatures(),
            "author is a mailbox" => Failing(AggregateDisposition.Quarantine, author: "a@example.com").WithSignatures(),
            "author empty" => Failing(AggregateDisposition.Quarantine, author: "").WithSignatures(),
            "envelope is a mailbox" => With(envelopeFrom: "a@example.com"),
            "envelope empty" => With(envelopeFrom: ""),
            "recipient is a mailbox" => With(envelopeTo: "b@example.org"),
            "no selector" => Failing().WithSignatures(new ReportedDkim { Domain = "example.com", Result = "fail" }),
            "result of DKIM" => Failing().WithSignatures(new ReportedDkim { Domain = "example.com", Selector = "s", Result = "softfail" }),
            "result of SPF" => With(result: new ReportedSpf { Domain = "example.com", Result = "hardfail" }),
            "scope helo" => With(result: new ReportedSpf { Domain = "example.com", Scope = "helo", Result = "fail" }),
            "no domain of SPF" => With(result: new ReportedSpf { Domain = "", Result = "none" }),
            "100 signatures" => Failing().WithSignatures([.. Enumerable.Repeat(new ReportedDkim { Domain = "example.com", Selector = "s", Result = "fail" }, 100)]),
            "101 signatures" => Failing().WithSignatures([.. Enumerable.Repeat(new ReportedDkim { Domain = "example.com", Selector = "s", Result = "fail" }, 101)]),
            "pass after fail" => Failing().WithSignatures(
                new ReportedDkim { Domain = "example.net", Selector = "s", Result = "fail" }, new ReportedDkim { Domain = "example.net", Selector = "s", Result = "pass" }),
            "human result with a mailbox" => Failing().WithSignatures(new ReportedDkim { Domain = "example.com", Selector = "s", Result = "fail", HumanResult = "i=alice@example.com" }),
            "identity without a local part" => Failing().WithSignatures(new ReportedDkim { Domain = "example.com", Selector = "s", Result = "fail", HumanResult = "header.i=@example.com" }),
            _ => throw new ArgumentOutOfRangeException(nameof(row), row, "No such row."),
        };
    }

    private static AggregateRecord With(
        AlignedResult dkim = AlignedResult.Fail, AlignedResult spf = AlignedResult.Fail, string? envelopeFrom = null, string? envelopeTo = null, ReportedSpf? result = null) => new()
        {
            SourceAddress = "192.0.2.1",
            Disposition = AggregateDisposition.Reject,
            Dkim = dkim,
            Spf = spf,
            HeaderFrom = "example.com",
            EnvelopeFrom = envelopeFrom,
            EnvelopeTo = envelopeTo,
            SpfResult = result,
        };
}
