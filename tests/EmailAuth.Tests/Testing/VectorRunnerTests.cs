using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Testing;

public class VectorRunnerTests
{
    private const string Case =
        """
        {
          "id": "one",
          "zone": {
            "example.com": [ { "type": "TXT", "data": "v=spf1 ip4:192.0.2.1 -all exp=why.example.com" } ],
            "why.example.com": [ { "type": "TXT", "data": "not from %{i} says %{r}" } ],
            "_dmarc.example.com": [ { "type": "TXT", "data": "v=DMARC1; p=reject" } ],
            "1.2.0.192.in-addr.arpa": [ { "type": "PTR", "data": "mail.example.com" } ],
            "mail.example.com": [ { "type": "A", "data": "192.0.2.1" } ]
          },
          "input": { "ip": "IP", "helo": "mail.example.com", "mail_from": "joe@example.com", "message_b64": "MESSAGE", "options": { "authserv_id": "mx.example.org", "receiver": "mx.example.org" } },
          "expect": EXPECT
        }
        """;

    private const string Message = "From: joe@example.com\r\nSubject: x\r\n\r\nbody\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_vector_passes_when_everything_is_as_expected()
    {
        var report = await Run(
            "192.0.2.1",
            """
            { "spf": ["none", "PASS"], "spf_explanation": "", "dkim": [], "dkim_last": ["none"], "dkim_best": ["none"],
              "dmarc": { "result": ["pass"], "policy": "reject", "disposition": "none", "org_domain": "example.com" },
              "bimi": { "result": ["none", "skipped"] }, "iprev": { "result": ["pass"] } }
            """);
        Assert.Empty(report.Mismatches);
        Assert.True(report.IsPass);
        Assert.StartsWith("Authentication-Results: mx.example.org;", report.Outcome.Header, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_as_expected_is_told_line_by_line()
    {
        var report = await Run(
            "192.0.2.2",
            """
            { "spf": ["pass", "neutral"], "spf_explanation": "x", "dkim": [ { "domain": "a.example", "result": ["pass"] } ], "dkim_last": ["pass"],
              "dkim_best": ["pass"], "dmarc": { "result": ["pass"], "policy": "none", "disposition": "quarantine", "org_domain": "example.net" },
              "bimi": { "result": ["pass"] }, "iprev": { "result": ["pass"] }, "authentication_results": "mx.example.org; none" }
            """);
        Assert.Equal(
            [
                "spf: got fail, expected pass or neutral",
                "spf_explanation: got not from 192.0.2.2 says mx.example.org, expected x",
                "dkim: got 0 signatures, expected 1 signature",
                "dkim_last: got none, expected pass",
                "dkim_best: got none, expected pass",
                "dmarc.result: got fail, expected pass",
                "dmarc.policy: got reject, expected none",
                "dmarc.disposition: got reject, expected quarantine",
                "dmarc.org_domain: got example.com, expected example.net",
            ],
            report.Mismatches.Take(9).Select(m => m.ToString()));
        Assert.Equal(["bimi", "iprev", "authentication_results"], report.Mismatches.Skip(9).Select(m => m.Member));
    }

    [Theory]
    [InlineData("""{"spf":{"result":["pass"],"properties":{"smtp.mailfrom":"JOE@example.com"}}}""", null)]
    [InlineData("""{"spf":{"properties":{"smtp.mailfrom":"x@example.com"}}}""", "spf.properties.smtp.mailfrom: got joe@example.com, expected x@example.com")]
    [InlineData("""{"spf":{"properties":{"smtp.helo":"x"}}}""", "spf.properties.smtp.helo: got nothing, expected x")]
    [InlineData("""{"dmarc":{"properties":{"header.from":"example.net"}}}""", "dmarc.properties.header.from: got example.com, expected example.net")]
    [InlineData("""{"dmarc":{"org_domain":"EXAMPLE.com"}}""", null)]
    public async Task A_result_s_properties_are_compared(string expect, string? mismatch) =>
        Assert.Equal(mismatch, (await Run("192.0.2.1", expect)).Mismatches.SingleOrDefault()?.ToString());

    [Fact]
    public async Task The_field_compares_without_its_folding_and_name()
    {
        var outcome = (await Run("192.0.2.1", "{}")).Outcome;
        foreach (var text in new[] { outcome.Header, outcome.HeaderValue, "  " + outcome.HeaderValue.Replace("\r\n ", "\t", StringComparison.Ordinal) + "\r\n" })
        {
            Assert.Empty((await Run("192.0.2.1", new JsonObject { ["authentication_results"] = text }.ToJsonString())).Mismatches);
        }
    }

    [Fact]
    public async Task What_an_outcome_says_is_what_its_recording_expects()
    {
        var first = await Run("192.0.2.1", "{}");
        var vector = Vector("192.0.2.1", "{}") with { Expect = VectorExpectation.Of(first.Outcome) };
        var replayed = await new VectorRunner().RunAsync(TestVector.Parse(vector.ToJsonLine()).Value!, Token);
        Assert.Empty(replayed.Mismatches);
        Assert.Equal(["pass"], vector.Expect!.Methods["spf"].Results[0].Result);
        Assert.Equal(first.Outcome.Header, replayed.Outcome.Header);
    }

    [Fact]
    public async Task A_recording_of_the_lookups_gives_the_same_outcome()
    {
        var vector = Vector("192.0.2.2", "{}");
        var recorder = new RecordingResolver(new ZoneResolver(vector.Zone!));
        var first = await new VectorRunner(resolver: recorder).RunAsync(vector with { Zone = null }, Token);
        var recorded = vector with { Zone = recorder.ToZone(), Expect = VectorExpectation.Of(first.Outcome) };
        var replayed = await new VectorRunner().RunAsync(TestVector.Parse(recorded.ToJson()).Value!, Token);
        Assert.Empty(replayed.Mismatches);
        Assert.Equal(WithoutTimes(first.Outcome), WithoutTimes(replayed.Outcome));

        static string WithoutTimes(AuthenticationOutcome outcome)
        {
            var json = JsonNode.Parse(outcome.ToJson())!.AsObject();
            json.Remove("elapsed_ms");
            return json.ToJsonString();
        }
    }

    [Theory]
    [InlineData("spf-rfc7208.jsonl", 203)]
    [InlineData("dkim-mail-auth.jsonl", 6)]
    [InlineData("arc-validation.jsonl", 171)]
    [InlineData("arc-sealing.jsonl", 17)]
    public async Task The_suites_pass(string file, int count)
    {
        var path = Repository.SuitePath(file);
        Assert.SkipWhen(path is null, "the conformance suites do not stand beside the project");
        var runner = new VectorRunner();
        var failures = new List<string>();
        var ran = 0;
        foreach (var vector in VectorFile.Read(path))
        {
            var report = await runner.RunAsync(vector.Value!, Token);
            failures.AddRange(report.Mismatches.Select(mismatch => $"{report.Id} {mismatch}"));
            ran++;
        }

        Assert.Empty(failures);
        Assert.Equal(count, ran);
    }

    [Fact]
    public async Task A_seal_that_is_not_as_expected_is_told()
    {
        var path = Repository.SuitePath("arc-sealing.jsonl");
        Assert.SkipWhen(path is null, "the conformance suites do not stand beside the project");
        var vector = VectorFile.Read(path).First().Value!;
        var (seal, expect) = (vector.Input.Seal!, vector.Expect!.Seal!);
        async Task<string> First(VectorSeal? with, SealExpectation expected)
        {
            var changed = vector with { Input = vector.Input with { Seal = with }, Expect = vector.Expect with { Seal = expected } };
            return (await new VectorRunner().RunAsync(changed, Token)).Mismatches[0].ToString();
        }

        Assert.StartsWith("seal.AS: got i=1; ", await First(seal with { Timestamp = 12346 }, expect), StringComparison.Ordinal);
        Assert.StartsWith("seal.AAR: got i=1; lists.example.org; ", await First(seal, expect with { AuthenticationResults = "i=1; other.example; none" }), StringComparison.Ordinal);
        Assert.StartsWith("seal.AMS: got ", await First(seal with { Headers = "from" }, expect), StringComparison.Ordinal);
        Assert.StartsWith("seal: got ", await First(seal with { PrivateKey = "no key" }, expect), StringComparison.Ordinal);
        Assert.StartsWith("seal: got a domain that is not valid", await First(seal with { Domain = "a..b" }, expect), StringComparison.Ordinal);
        Assert.Equal("seal: got nothing to seal with (input.seal), expected a seal", await First(null, expect));
        Assert.EndsWith("expected nothing", await First(seal, expect with { Seal = "" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_zone_the_given_resolver_is_asked()
    {
        var zone = new Zone().Add("example.com", ZoneEntryKind.Txt, "v=spf1 +all");
        var input = new VectorInput { ClientAddress = IPAddress.Loopback, Helo = "a.example", MailFrom = "joe@example.com" };
        var asked = await new VectorRunner(resolver: new ZoneResolver(zone)).EvaluateAsync(input, null, Token);
        var nowhere = await new VectorRunner().EvaluateAsync(input, null, Token);
        Assert.Equal((SpfResultCode.Pass, SpfResultCode.None), (asked.Spf!.Code, nowhere.Spf!.Code));
        Assert.Equal("localhost", asked.AuthservId);
    }

    [Fact]
    public async Task A_message_that_was_not_read_is_the_callers_mistake() =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await new VectorRunner().EvaluateAsync(new VectorInput { MessagePath = "x" }, null, Token));

    [Fact]
    public async Task A_batch_line_is_answered_by_a_line()
    {
        var line = BatchLine.Parse(Vector("192.0.2.2", "{}").ToJsonLine()).Value!;
        Assert.Equal("one", line.Id);
        var outcome = await new VectorRunner().EvaluateAsync(line.Input, line.Zone, Token);
        var written = BatchResult.ToJsonLine(line.Id, outcome);
        Assert.DoesNotContain('\n', written);
        var json = JsonNode.Parse(written)!.AsObject();
        Assert.Equal(["id", "spf", "dkim", "dmarc", "arc", "bimi", "iprev", "authentication_results", "error"], json.Select(member => member.Key));
        Assert.Equal("""{"result":"fail","domain":"example.com","explanation":"not from 192.0.2.2 says mx.example.org"}""", json["spf"]!.ToJsonString());
        Assert.Equal("""{"result":"fail","policy":"reject","disposition":"reject","org_domain":"example.com"}""", json["dmarc"]!.ToJsonString());
        Assert.Equal("[]", json["dkim"]!.ToJsonString());
        Assert.Equal(["result"], json["iprev"]!.AsObject().Select(member => member.Key));
        Assert.StartsWith("mx.example.org; spf=fail", json["authentication_results"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(json["error"]);
    }

    [Theory]
    [InlineData("nonsense", "this is not JSON")]
    [InlineData("[]", "an object is expected")]
    [InlineData("""{"id": "x"}""", "input: the member is missing")]
    [InlineData("""{"id": "x", "input": {"message": "/etc/hosts"}}""", "input.message: a batch line cannot name a file")]
    public void A_line_that_cannot_be_read_says_why(string line, string reason)
    {
        var read = BatchLine.Parse(line);
        Assert.StartsWith(reason, read.Error!.Reason, StringComparison.Ordinal);
        Assert.StartsWith($$"""{"id":null,"error":"line 7: {{reason}}""", BatchResult.ToErrorLine(7, read.Error.Reason), StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_line_needs_no_id_and_no_zone()
    {
        var line = BatchLine.Parse("""{"input": {"ip": "192.0.2.1"}, "more": [1]}""").Value!;
        Assert.Equal((null, null), (line.Id, line.Zone));
    }

    private static TestVector Vector(string client, string expect)
    {
        var read = TestVector.Parse(Case
            .Replace("IP", client, StringComparison.Ordinal)
            .Replace("MESSAGE", Convert.ToBase64String(Encoding.ASCII.GetBytes(Message)), StringComparison.Ordinal)
            .Replace("EXPECT", expect, StringComparison.Ordinal));
        Assert.True(read.IsSuccess, read.Error?.ToString());
        return read.Value;
    }

    private static ValueTask<VectorRunResult> Run(string client, string expect) => new VectorRunner().RunAsync(Vector(client, expect), Token);
}
