using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Tests.TestSupport;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace EmailAuth.Reports.Tests.Aggregate;

/// <summary>Whatever report is written: the schema and the check accept it, and the reader reads it as conforming, with the same values.</summary>
public class RoundTripTests
{
    private static readonly string[] Domains = ["example.com", "mail.example.com", "xn--bcher-kva.example", "_x.example.net", "a.b.c.d.example.org"];
    private static readonly string[] DkimResults = ["none", "pass", "fail", "policy", "neutral", "temperror", "permerror"];

    private static Gen<string?> Texts => ArbMap.Default.GeneratorFor<string>().Select(static text =>
        text is null ? null : AggregateXml.OneLine(text).Replace('@', ' ').Trim() is { Length: > 0 } line ? line : null);

    private static Gen<string> DomainNames => Gen.Elements(Domains);

    private static Gen<ReportedDkim> Signatures =>
        from domain in DomainNames
        from selector in Gen.Elements("s1", "2026._x", "a.b")
        from result in Gen.Elements(DkimResults)
        from human in Texts
        select new ReportedDkim { Domain = domain, Selector = selector, Result = result, HumanResult = human };

    private static Gen<ReportedSpf?> SpfResults => Gen.OneOf(
        Gen.Constant<ReportedSpf?>(null),
        from domain in DomainNames
        from scope in Gen.Elements<string?>(null, "mfrom")
        from result in Gen.Elements([.. DkimResults, "softfail"])
        from human in Texts
        select (ReportedSpf?)new ReportedSpf { Domain = domain, Scope = scope, Result = result, HumanResult = human });

    private static Gen<PolicyOverrideReason> Reasons =>
        from type in Gen.Elements(PolicyOverrideType.LocalPolicy, PolicyOverrideType.MailingList, PolicyOverrideType.TrustedForwarder, PolicyOverrideType.PolicyTestMode, PolicyOverrideType.Other)
        from comment in Texts
        select new PolicyOverrideReason { Type = type, Comment = comment };

    private static Gen<AggregateRecord> Records =>
        from source in Gen.Elements("192.0.2.1", "2001:db8::1", "::ffff:0:1")
        from count in Gen.Choose(1, int.MaxValue)
        from dkim in Gen.Elements(AlignedResult.Pass, AlignedResult.Fail)
        from spf in Gen.Elements(AlignedResult.Pass, AlignedResult.Fail)
        from disposition in Gen.Elements(AggregateDisposition.None, AggregateDisposition.Quarantine, AggregateDisposition.Reject)
        from first in Reasons
        from others in Reasons.ListOf()
        from author in DomainNames
        from envelope in Gen.Elements([null, "", .. Domains])
        from recipient in Gen.Elements([null, .. Domains])
        from signatures in Signatures.ListOf()
        from result in SpfResults
        select new AggregateRecord
        {
            SourceAddress = source,
            Count = count,
            Disposition = dkim == AlignedResult.Pass || spf == AlignedResult.Pass ? AggregateDisposition.Pass : disposition,
            Dkim = dkim,
            Spf = spf,
            Reasons = [first, .. others],
            HeaderFrom = author,
            EnvelopeFrom = envelope,
            EnvelopeTo = recipient,
            DkimResults = [.. signatures.OrderByDescending(static signature => signature.Result == "pass")],
            SpfResult = result,
        };

    private static Gen<PublishedPolicy> Policies =>
        from domain in DomainNames
        from policy in Gen.Elements(Enum.GetValues<DmarcPolicy>())
        from subdomains in Gen.Elements<DmarcPolicy?>(null, DmarcPolicy.None, DmarcPolicy.Reject)
        from mode in Gen.Elements<DmarcAlignmentMode?>(null, DmarcAlignmentMode.Relaxed, DmarcAlignmentMode.Strict)
        from discovery in Gen.Elements<string?>(null, "psl", "treewalk")
        from testing in Gen.Elements<bool?>(null, true, false)
        select new PublishedPolicy
        {
            Domain = domain,
            Policy = policy,
            SubdomainPolicy = subdomains,
            NonexistentSubdomainPolicy = subdomains,
            DkimAlignment = mode,
            SpfAlignment = mode,
            DiscoveryMethod = discovery,
            FailureOptions = testing is null ? null : "1:d:s",
            IsTesting = testing,
        };

    private static Gen<AggregateReportMetadata> Metadata =>
        from organization in Texts
        from contact in Texts
        from errors in Texts.ListOf()
        from generator in Texts
        from begin in Gen.Choose(0, 2_000_000_000)
        from length in Gen.Choose(0, 86_400)
        select new AggregateReportMetadata
        {
            OrganizationName = organization ?? "Receiver",
            Email = "a@example.org",
            ExtraContactInfo = contact,
            ReportId = $"r{begin:x}",
            Begin = DateTimeOffset.FromUnixTimeSeconds(begin),
            End = DateTimeOffset.FromUnixTimeSeconds(begin + length),
            Errors = [.. errors.OfType<string>()],
            Generator = generator,
        };

    [Property(MaxTest = 300)]
    public Property What_is_written_is_valid_and_reads_as_conforming() => Prop.ForAll(
        (from metadata in Metadata from policy in Policies from records in Records.NonEmptyListOf() select (metadata, policy, records)).ToArbitrary(),
        static async report =>
        {
            var (metadata, policy, records) = report;
            var xml = await ReportSamples.WriteAsync(metadata, policy, [.. records]);
            Assert.Empty(ReportSchema.Faults(xml));

            var check = new AggregateReportCheck(metadata, policy);
            records.ToList().ForEach(check.Add);
            Assert.True(check.IsConforming, string.Join('\n', check.Finish()));

            var read = await ReportSamples.ReadAsync(xml);
            Assert.True(read.Verdict == ReportVerdict.Conforms, string.Join('\n', read.Findings));
            Assert.Equal(ReportText.Of(metadata), ReportText.Of(read.Metadata!));
            Assert.Equal(ReportText.Of(policy), ReportText.Of(read.Policy!));
            Assert.Equal(records.Select(ReportText.Of), read.Records.Select(ReportText.Of));
            Assert.Equal(records.Sum(static record => record.Count), read.MessageCount);
        });

    [Property(MaxTest = 500)]
    public Property No_text_makes_the_reader_throw() => Prop.ForAll(
        Gen.OneOf(
            ArbMap.Default.GeneratorFor<byte[]>(),
            from at in Gen.Choose(0, 2_000) from bytes in ArbMap.Default.GeneratorFor<byte[]>() select Damaged(at, bytes)).ToArbitrary(),
        static async bytes => Assert.NotEmpty((await ReportSamples.ReadAsync(bytes ?? [])).ToString()));

    // A report with some bytes replaced.
    private static byte[] Damaged(int at, byte[] bytes)
    {
        var xml = File.ReadAllBytes(GoldenReports.PathOf("markup"));
        at %= xml.Length;
        bytes.AsSpan(0, Math.Min(bytes.Length, xml.Length - at)).CopyTo(xml.AsSpan(at));
        return xml;
    }
}
