using System.Text;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Iprev;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Tests.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Threats;

/// <summary>Evaluators used without a pipeline: a resolver that throws is a resolver that failed.</summary>
public class EvaluatorFaultTests
{
    private static readonly DomainName Author = DomainName.Parse("a.news.example.com").Value!;

    private static readonly Zone Zone = TypicalMessage.Zone()
        .Add("s._domainkey.hop1.example", ZoneEntryKind.Txt, Dkim.TestSigner.Rsa2048.Record)
        .Text("example.com", "v=spf1 include:news.example.com mx ptr exists:%{p}.x.example.com -all exp=%{p}.why.example.com")
        .Exchange("example.com", 10, "mx1.example.com")
        .Address("mx1.example.com", "203.0.113.1")
        .Pointer(SpfTestZone.IPv4, "mx1.example.com")
        .Text("unknown.why.example.com", "%{p}");

    private static readonly Dictionary<string, Func<IDnsResolver, ValueTask<string>>> Evaluators = new(StringComparer.Ordinal)
    {
        ["spf"] = async resolver => (await new SpfEvaluator(resolver).EvaluateMailFromAsync(SpfTestZone.IPv4, "out.esp.example", "a@example.com")).Code.ToString(),
        ["spf without prefetch"] = async resolver =>
            (await new SpfEvaluator(resolver, new SpfOptions { Prefetch = false }).EvaluateMailFromAsync(SpfTestZone.IPv4, "out.esp.example", "a@example.com")).Code.ToString(),
        ["iprev"] = async resolver => (await new IprevEvaluator(resolver).EvaluateAsync(TypicalMessage.Envelope.ClientAddress!)).Code.ToString(),
        ["dkim"] = async resolver => string.Join(' ', (await new DkimVerifier(resolver).VerifyAsync(TypicalMessage.TwoSignatures)).Signatures.Select(s => s.Code)),
        ["arc"] = async resolver => (await new ArcVerifier(resolver).VerifyAsync(Chain)).Code.ToString(),
        ["dmarc"] = async resolver => (await new DmarcEvaluator(resolver).EvaluateAsync(
            Author, [new AuthenticatedIdentifier { Method = IdentifierSource.Dkim, Domain = DomainName.Parse("example.com").Value! }])).Code.ToString(),
        ["bimi"] = async resolver => (await new BimiEvaluator(resolver).EvaluateAsync(new BimiRequest
        {
            AuthorDomain = Author,
            OrganizationalDomain = DomainName.Parse("example.com").Value!,
            DmarcResult = "pass",
            AppliedPolicy = BimiPolicy.Reject,
            OrganizationalRecord = new BimiDmarcRecord { Policy = BimiPolicy.Reject },
        })).Code.ToString(),
    };

    private static readonly byte[] Chain = Encoding.Latin1.GetBytes(
        "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=hop1.example; s=s; b=YWJj\r\n"
        + "ARC-Message-Signature: i=1; a=rsa-sha256; d=hop1.example; s=s; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=YWJj\r\n"
        + "ARC-Authentication-Results: i=1; x.example; none\r\nFrom: a@example.com\r\n\r\nbody\r\n");

    public static TheoryData<string, Fault> Cases
    {
        get
        {
            var cases = new TheoryData<string, Fault>();
            foreach (var evaluator in Evaluators.Keys)
            {
                foreach (var fault in new[] { Fault.Throws, Fault.ThrowsLater, Fault.AnswersNull, Fault.CancelsByItself })
                {
                    cases.Add(evaluator, fault);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_resolver_that_throws_or_says_nothing_has_failed(string evaluator, Fault fault)
    {
        var unharmed = ScriptedResolver.Yielding(new ZoneResolver(Zone));
        await Evaluators[evaluator](unharmed);
        Assert.NotEmpty(unharmed.Asked);
        foreach (var question in unharmed.Asked)
        {
            var expected = await Evaluators[evaluator](Faults.At(ScriptedResolver.Yielding(new ZoneResolver(Zone)), question, Fault.Fails));
            var actual = await Evaluators[evaluator](Faults.At(ScriptedResolver.Yielding(new ZoneResolver(Zone)), question, fault));
            Assert.True(expected == actual, $"{fault} at {question}: {actual}, not {expected}");
        }
    }
}
