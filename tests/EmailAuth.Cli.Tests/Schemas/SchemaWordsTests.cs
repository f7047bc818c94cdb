using System.Net;
using System.Reflection;
using System.Text.Json;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Cli.Envelopes;
using EmailAuth.Cli.Output;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Inspection.Outcomes;
using EmailAuth.Inspection.Signatures;
using EmailAuth.Iprev;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Removal;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Cli.Tests.Schemas;

/// <summary>Each value of each enumeration is written as a word of the schema, and the schema has no other words.</summary>
public class SchemaWordsTests
{
    private static readonly DomainName Domain = DomainName.Parse("example.com").Value!;

    // Of what an SPF check asks.
    private static readonly DnsRecordType[] SpfTypes = [DnsRecordType.Txt, DnsRecordType.A, DnsRecordType.Aaaa, DnsRecordType.Mx, DnsRecordType.Ptr];

    private static readonly SpfRecord SpfRecord = SpfRecord.Parse("v=spf1 mx -all").Value!;

    private static readonly DmarcRecord DmarcRecord = new() { Text = "v=DMARC1; p=reject", Policy = DmarcPolicy.Reject };

    // Of each definition of words: a place where they are written, and outcomes in which every value is there.
    private static readonly Dictionary<string, (string Path, IEnumerable<AuthenticationOutcome> Outcomes)[]> Written = new(StringComparer.Ordinal)
    {
        ["spf_result"] = [("spf.result", All<SpfResultCode>().Select(code => Of(Spf(code)))), ("spf.evidence.result", All<SpfResultCode>().Select(code => Of(Spf(code))))],
        ["signature_result"] = [("dkim[].result", All<SignatureResultCode>().Select(code => Dkim(new DkimResult { Code = code })))],
        ["signature_reason"] =
        [
            ("dkim[].reason_code", All<SignatureReason>().Select(reason => Dkim(new DkimResult { Code = SignatureResultCode.Fail, Fault = new SignatureFault(reason, "by hand") }))),
            ("arc.sets[].seal_reason_code", All<SignatureReason>().Select(reason => Arc(SignatureResultCode.Fail, reason: reason))),
            ("arc.sets[].message_signature_reason_code", All<SignatureReason>().Select(reason => Arc(SignatureResultCode.Fail, reason: reason))),
        ],
        ["arc_reason"] = [("arc.reason_code", All<ArcReason>().Select(reason => Of(new ArcResult { Code = ArcResultCode.Fail, Fault = new ArcFault(reason, "by hand") })))],
        ["bimi_reason"] = [("bimi.reason_code", All<BimiReason>().Select(reason => Of(new BimiResult { Code = BimiResultCode.Fail, Fault = new BimiFault(reason, "by hand") })))],
        ["arc_result"] =
        [
            ("arc.result", All<ArcResultCode>().Select(code => Of(new ArcResult { Code = code }))),
            ("arc.sets[].chain_validation", new[] { "none", "pass", "fail" }.Select(chain => Arc(SignatureResultCode.Pass, chain))),
        ],
        ["seal_result"] =
        [
            ("arc.sets[].seal", All<SignatureResultCode>().Select(code => Arc(code))),
            ("arc.sets[].message_signature", All<SignatureResultCode>().Select(code => Arc(code))),
        ],
        ["dmarc_result"] = [("dmarc.result", All<DmarcResultCode>().Select(code => Of(new DmarcResult { Code = code })))],
        ["dmarc_policy"] =
        [
            ("dmarc.policy", All<DmarcPolicy>().Select(Dmarc)),
            ("dmarc.disposition", All<DmarcPolicy>().Select(Dmarc)),
            ("dmarc.evaluated_disposition", All<DmarcPolicy>().Select(Dmarc)),
        ],
        ["bimi_result"] = [("bimi.result", All<BimiResultCode>().Select(code => Of(new BimiResult { Code = code })))],
        ["iprev_result"] = [("iprev.result", All<IprevResultCode>().Select(code => Of(new IprevResult { Code = code, Address = IPAddress.Loopback })))],
        ["identifier_result"] =
        [
            ("dmarc.identifiers[].result", All<SpfResultCode>().Select(code => Read(Of(Spf(code)), "spf.result"))
                .Concat(All<SignatureResultCode>().Select(code => Read(Dkim(new DkimResult { Code = code }), "dkim[].result"))).SelectMany(words => words)
                .Select(word => Dmarc(IdentifierSource.Spf, result: word))),
        ],
        ["action"] = [("disposition.action", All<DispositionAction>().Select(action => Of(null, action)))],
        ["override"] =
        [
            ("dmarc.override", All<DmarcOverrideType>().Select(type => Of(new DmarcResult { Code = DmarcResultCode.Fail, Override = new DmarcOverride { Type = type, Disposition = DmarcPolicy.None } }))),
        ],
        ["header_defect"] = [("author.header_defects[]", All<HeaderDefects>().Select(defects => Of(null, defects: defects)))],
        ["removal_reason"] = [("fields_to_remove[].reason_code", All<RemovalReason>().Select(reason => Of(null, removal: reason)))],
        ["line_ends"] = [("line_ends", new[] { false, true }.Select(isConverted => Of(null, isConverted: isConverted)))],
        ["signature_check"] =
        [
            ("dkim[].header_check", All<DkimCheck>().Select(check => Dkim(new DkimResult { Code = SignatureResultCode.Fail, HeaderCheck = check }))),
            ("dkim[].body_check", All<DkimCheck>().Select(check => Dkim(new DkimResult { Code = SignatureResultCode.Fail, BodyCheck = check }))),
        ],
        ["algorithm"] =
        [
            ("dkim[].algorithm", typeof(SignatureAlgorithm).GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Where(property => property.PropertyType == typeof(SignatureAlgorithm))
                .Select(property => Signed((SignatureAlgorithm)property.GetValue(null)!))),
        ],
        ["canonicalization"] =
        [
            ("dkim[].canonicalization", All<SignatureCanonicalization>().SelectMany(header => All<SignatureCanonicalization>().Select(body =>
                Signed(SignatureAlgorithm.RsaSha256, header, body)))),
        ],
        ["term_outcome"] = [("spf.evidence.terms[].outcome", All<SpfTermOutcome>().Select(outcome => Of(Spf(SpfResultCode.Pass, outcome))))],
        ["lookup_type"] =
        [
            ("spf.evidence.lookup.type", SpfTypes.Select(type => Of(Spf(SpfResultCode.Pass, type: type)))),
            ("spf.evidence.terms[].lookups[].type", SpfTypes.Select(type => Of(Spf(SpfResultCode.Pass, type: type)))),
        ],
        ["dns_status"] =
        [
            ("spf.evidence.lookup.status", All<DnsStatus>().Select(status => Of(Spf(SpfResultCode.Pass, status: status)))),
            ("bimi.lookups[].status", All<DnsStatus>().Select(status => Of(new BimiResult { Code = BimiResultCode.None, Lookups = [new BimiLookup(Domain, status)] }))),
        ],
        ["dmarc_lookup"] =
        [
            ("dmarc.steps[].outcome", All<DmarcLookupOutcome>().Select(found => Of(new DmarcResult { Code = DmarcResultCode.None, Walk = [new DmarcLookup(Domain) { Found = found }] }))),
        ],
        ["policy_source"] =
        [
            ("dmarc.policy_source", All<DmarcPolicySource>().Select(source => Of(new DmarcResult { Code = DmarcResultCode.Pass, Source = source }))),
        ],
        ["policy_tag"] =
        [
            ("dmarc.policy_tag", All<DmarcPolicyTag>().Select(tag => Of(new DmarcResult { Code = DmarcResultCode.Pass, Record = DmarcRecord, Tag = tag }))),
        ],
        ["identifier_method"] = [("dmarc.identifiers[].method", All<IdentifierSource>().Select(source => Dmarc(source)))],
        ["alignment_mode"] = [("dmarc.identifiers[].mode", All<DmarcAlignmentMode>().Select(mode => Dmarc(IdentifierSource.Dkim, mode)))],
        ["alignment_reason"] =
        [
            ("dmarc.identifiers[].reason", All<DmarcAlignmentOutcome>().Select(outcome => Dmarc(IdentifierSource.Dkim, outcome: outcome))),
        ],
        ["spf_reason"] =
        [
            ("spf.reason_code", All<SpfReason>().Select(reason => Of(new SpfResult(SpfIdentity.MailFrom, null, null, null, new SpfWhy(reason, "by hand"))))),
        ],
        ["dmarc_reason"] =
        [
            ("dmarc.reason_code", All<DmarcReason>().Select(reason => Of(new DmarcResult { Code = DmarcResultCode.None, Reason = "by hand", ReasonKind = reason }))),
        ],
        ["iprev_reason"] =
        [
            ("iprev.reason_code", All<IprevReason>().Select(reason => Of(new IprevResult { Code = IprevResultCode.Fail, Address = IPAddress.Loopback, Reason = "by hand", ReasonKind = reason }))),
        ],
        ["author_reason"] =
        [
            ("author.reason_code", All<AuthorDefect>().Select(defect => Of(null, author: new Author { Reason = "by hand", Defect = defect }))),
        ],
        ["disposition_reason"] =
        [
            ("disposition.reason_code", All<DispositionReason>().Select(reason => Of(null, reason: reason))),
        ],
    };

    // The command writes these; the outcome itself does not have them.
    private static readonly Dictionary<string, IEnumerable<string>> WrittenByCommand = new(StringComparer.Ordinal)
    {
        ["envelope_source"] = All<EnvelopeSource>().Select(static source => source.Keyword()).OfType<string>(),
        ["check_method"] = IdentifierCheck.ReadAll(new AuthenticationOutcome
        {
            AuthservId = "mx.example.org",
            Author = new Author(),
            Disposition = new Disposition { Action = DispositionAction.Accept, Reason = "by hand" },
            Header = string.Empty,
            Methods =
            [
                Spf(SpfResultCode.Pass),
                new SpfResult { Code = SpfResultCode.Pass, Reason = "by hand", Identity = SpfIdentity.Helo },
                new DkimResults { Signatures = [] },
                new ArcResult { Code = ArcResultCode.Pass, HighestInstance = 1 },
                new DmarcResult { Code = DmarcResultCode.Pass },
            ],
        }).Select(static check => check.Method),
        ["change_code"] = All<ChangeCode>().Select(static code => code.Keyword()),
        ["search_end"] = All<SearchEnd>().Select(static end => end.Keyword()),
        ["signature_opening"] = All<SignatureOpening>().Select(DiagnosisJson.Keyword).OfType<string>(),
        ["diff_side"] = ["signed", "arrived"],
        ["cause_code"] = All<CauseCode>().Select(static code => code.Keyword()),
        ["advice_code"] = All<AdviceCode>().Select(static code => code.Keyword()),
    };

    public static TheoryData<string> Definitions =>
        [.. SchemaFields.WordsOf(OutputSchema.Outcome).Select(definition => definition.Name).Except(WrittenByCommand.Keys)];

    [Fact]
    public void The_words_of_causes_and_advice_are_those_that_can_be_written() => Assert.All(
        WrittenByCommand, definition => Assert.Equal(definition.Value, SchemaFields.WordsOf(OutputSchema.Outcome).Single(other => other.Name == definition.Key).Words));

    [Theory]
    [MemberData(nameof(Definitions))]
    public async Task The_words_of_the_schema_are_those_that_can_be_written(string definition)
    {
        var schema = await CheckedSchema.OfAsync(OutputSchema.Outcome);
        var words = SchemaFields.WordsOf(OutputSchema.Outcome).Single(other => other.Name == definition).Words;
        foreach (var (path, outcomes) in Written[definition])
        {
            var written = outcomes.ToList();
            Assert.Equal(words.Order(StringComparer.Ordinal), written.SelectMany(outcome => Read(outcome, path)).Distinct().Order(StringComparer.Ordinal));
            Assert.All(written, outcome => Assert.Empty(schema.Faults(outcome.ToJson())));
        }
    }

    // A value's name in the code is not a word for readers of JSON.
    [Fact]
    public void Words_are_in_lower_case_except_names_of_the_DNS_and_of_line_ends() => Assert.All(
        SchemaFields.WordsOf(OutputSchema.Outcome).Where(definition => definition.Name is not ("lookup_type" or "line_ends")).SelectMany(definition => definition.Words),
        word => Assert.DoesNotContain(word, char.IsUpper));

    private static T[] All<T>()
        where T : struct, Enum => Enum.GetValues<T>();

    private static IEnumerable<string> Read(AuthenticationOutcome outcome, string path)
    {
        using var document = JsonDocument.Parse(outcome.ToJson());
        return [.. JsonPaths.Members(document.RootElement).Where(member => member.Path == path && member.Value.ValueKind == JsonValueKind.String).Select(member => member.Value.GetString()!)];
    }

    private static AuthenticationOutcome Of(
        IMethodOutcome? method,
        DispositionAction action = DispositionAction.Accept,
        HeaderDefects defects = HeaderDefects.None,
        bool isConverted = false,
        Author? author = null,
        DispositionReason reason = DispositionReason.Other,
        RemovalReason? removal = null) => new()
        {
            AuthservId = "mx.example.org",
            Author = author ?? new Author { Domain = Domain, LocalPart = "joe" },
            Disposition = new Disposition { Action = action, Reason = "by hand", ReasonKind = reason },
            Header = "Authentication-Results: mx.example.org; none",
            FieldsToRemove = removal is { } ground ? [new FieldToRemove(new RemovalGround(ground, "by hand")) { Name = "X", Occurrence = 1 }] : [],
            HeaderDefects = defects,
            HasConvertedLineEnds = isConverted,
            Methods = method is null ? [] : [method],
        };

    private static SpfResult Spf(
        SpfResultCode code, SpfTermOutcome outcome = SpfTermOutcome.Match, DnsRecordType type = DnsRecordType.Txt, DnsStatus status = DnsStatus.Records)
    {
        var lookup = new SpfLookup(type, "example.com", status, [], null);
        return new SpfResult
        {
            Code = code,
            Reason = "by hand",
            Identity = SpfIdentity.MailFrom,
            Evidence = new SpfEvidence(Domain, code, SpfRecord, lookup, [new SpfTermEvidence("mx", outcome, [lookup], null, null)]),
        };
    }

    private static AuthenticationOutcome Dkim(DkimResult signature) => Of(new DkimResults { Signatures = [signature] });

    private static AuthenticationOutcome Signed(
        SignatureAlgorithm algorithm,
        SignatureCanonicalization header = SignatureCanonicalization.Simple,
        SignatureCanonicalization body = SignatureCanonicalization.Simple) => Dkim(new DkimResult
        {
            Code = SignatureResultCode.Pass,
            Domain = Domain,
            Selector = "s",
            Signature = DkimSignature.Parse(
                $"v=1; a={algorithm}; c={Name(header)}/{Name(body)}; d=example.com; s=s; i=@example.com; h=from; b=AQIDBAUG; bh={Convert.ToBase64String(new byte[algorithm.Hash.Length])}").Value!,
        });

    private static string Name(SignatureCanonicalization canonicalization) => canonicalization == SignatureCanonicalization.Simple ? "simple" : "relaxed";

    private static AuthenticationOutcome Arc(SignatureResultCode code, string chain = "none", SignatureReason? reason = null) => Of(new ArcResult
    {
        Code = ArcResultCode.Fail,
        Sets =
        [
            new ArcSet(1, ArcSeal.Parse($"i=1; cv={chain}; a=rsa-sha256; d=list.example; s=k; b=AAAA").Value!)
            {
                SealResult = new ArcSignatureResult { Code = code, Fault = Fault(reason) },
                MessageSignatureResult = new ArcSignatureResult { Code = code, Fault = Fault(reason) },
            },
        ],
    });

    private static SignatureFault? Fault(SignatureReason? reason) => reason is { } why ? new SignatureFault(why, "by hand") : null;

    private static AuthenticationOutcome Dmarc(DmarcPolicy policy) =>
        Of(new DmarcResult { Code = DmarcResultCode.Fail, Record = DmarcRecord, PublishedPolicy = policy });

    private static AuthenticationOutcome Dmarc(
        IdentifierSource source,
        DmarcAlignmentMode mode = DmarcAlignmentMode.Relaxed,
        DmarcAlignmentOutcome outcome = DmarcAlignmentOutcome.SameDomain,
        string result = "pass") => Of(new DmarcResult
        {
            Code = DmarcResultCode.Pass,
            Alignments = [new DmarcAlignment(new AuthenticatedIdentifier { Method = source, Domain = Domain }) { Mode = mode, Outcome = outcome, Result = result }],
        });
}
