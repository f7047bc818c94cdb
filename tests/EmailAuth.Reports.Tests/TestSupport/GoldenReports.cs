using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Tests.TestSupport;
using static EmailAuth.Reports.Tests.TestSupport.ReportSamples;

namespace EmailAuth.Reports.Tests.TestSupport;

/// <summary>The reports in testdata/reports: one for each reason, each policy and each odd case.</summary>
internal static class GoldenReports
{
    public static readonly Dictionary<string, Golden> All = Make().ToDictionary(static golden => golden.Name);

    public static string Folder => Repository.PathOf("testdata", "reports");

    public static string PathOf(string name) => Path.Combine(Folder, name + ".xml");

    private static IEnumerable<Golden> Make()
    {
        foreach (var policy in Enum.GetValues<DmarcPolicy>())
        {
            var isEnforced = policy != DmarcPolicy.None;
            yield return new Golden(
                $"policy-{policy.Keyword()}",
                Published(policy),
                Passing(disposition: isEnforced ? AggregateDisposition.Pass : AggregateDisposition.None),
                Failing(policy switch { DmarcPolicy.Reject => AggregateDisposition.Reject, DmarcPolicy.Quarantine => AggregateDisposition.Quarantine, _ => AggregateDisposition.None }));
        }

        foreach (var (type, comment) in new (PolicyOverrideType, string?)[]
        {
            (PolicyOverrideType.LocalPolicy, "arc=pass, sealed by lists.example.net"), (PolicyOverrideType.MailingList, null), (PolicyOverrideType.TrustedForwarder, null),
            (PolicyOverrideType.Other, "dmarc=temperror: not decided because of a temporary error"),
        })
        {
            yield return new Golden($"reason-{type.Keyword()}", Published(), Failing(AggregateDisposition.None, [Reason(type, comment)]));
        }

        yield return new Golden("reason-policy_test_mode", Published(isTesting: true), Failing(AggregateDisposition.Quarantine, [Reason(PolicyOverrideType.PolicyTestMode)]));
        yield return new Golden(
            "annotate-only", Published(isTesting: true), Failing(AggregateDisposition.None, [Reason(PolicyOverrideType.PolicyTestMode), Reason(PolicyOverrideType.LocalPolicy)]));
        yield return new Golden("null-path", Published(), new AggregateRecord
        {
            SourceAddress = "2001:db8::25",
            Disposition = AggregateDisposition.Pass,
            Dkim = AlignedResult.Fail,
            Spf = AlignedResult.Pass,
            HeaderFrom = "example.com",
            EnvelopeFrom = "",
            SpfResult = new ReportedSpf { Domain = "mail.example.com", Scope = "mfrom", Result = "pass" },
        });
        yield return new Golden("no-results", Published(DmarcPolicy.None), new AggregateRecord
        {
            SourceAddress = "203.0.113.9",
            Disposition = AggregateDisposition.None,
            Dkim = AlignedResult.Fail,
            Spf = AlignedResult.Fail,
            HeaderFrom = "example.com",
        });
        yield return new Golden(
            "subdomains",
            Published(DmarcPolicy.Reject, DmarcPolicy.Quarantine, DmarcPolicy.Reject),
            Failing(AggregateDisposition.Quarantine, author: "foo.example.com"),
            Failing(AggregateDisposition.Reject, author: "absent.example.com"),
            Passing(author: "news.example.com"));
        yield return new Golden("idn", Published(domain: "xn--bcher-kva.example"), Passing(author: "xn--bcher-kva.example")) { PolicyDomain = "xn--bcher-kva.example" };
        yield return new Golden("signatures-100", Published(), new AggregateRecord
        {
            SourceAddress = "192.0.2.1",
            Disposition = AggregateDisposition.Pass,
            Dkim = AlignedResult.Pass,
            Spf = AlignedResult.Fail,
            HeaderFrom = "example.com",
            DkimResults = [.. Enumerable.Range(0, 100).Select(static i => new ReportedDkim { Domain = "example.com", Selector = $"s{i:000}", Result = i < 50 ? "pass" : "fail" })],
        });
        yield return new Golden("markup", Published(), Failing(AggregateDisposition.None, [Reason(PolicyOverrideType.Other, "a < b & c > d \"e\" ]]> \u00e9\ud83d\ude00")]));
        yield return new Golden("error", Published(), Passing()) { Error = "rua: one of two addresses is not a URI" };
        yield return new Golden("minimal", new PublishedPolicy { Domain = "example.com", Policy = DmarcPolicy.None }, Passing(disposition: AggregateDisposition.None));
    }

    /// <summary>A report.</summary>
    internal sealed record Golden(string Name, PublishedPolicy Policy, params AggregateRecord[] Records)
    {
        public string PolicyDomain { get; init; } = "example.com";

        public string? Error { get; init; }

        public AggregateReportMetadata Metadata => ReportSamples.Metadata(PolicyDomain, Error);

        public Task<byte[]> WriteAsync() => ReportSamples.WriteAsync(Metadata, Policy, Records);
    }
}
