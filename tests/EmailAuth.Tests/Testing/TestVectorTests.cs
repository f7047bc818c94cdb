using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Testing;

public class TestVectorTests
{
    private const string Full =
        """
        {
          "id": "dkim/rfc8463-a3",
          "suite": "dkim", "source": "RFC 8463 appendix A.3", "note": "two signatures", "checks": "dkim", "author": {"name": "x", "years": [1, 2.50]},
          "zone": {
            "test._domainkey.football.example.com": [ { "type": "TXT", "data": "v=DKIM1; k=rsa; p=x" } ],
            "mail.example.com": [ { "type": "A", "data": "192.0.2.1" }, { "type": "MX", "preference": 10, "data": "mx.example.com" } ],
            "slow.example.com": [ { "type": "TIMEOUT" } ]
          },
          "input": {
            "ip": "192.0.2.1", "helo": "mail.example.com", "mail_from": "joe@football.example.com", "rcpt_to": ["suzie@shopping.example.net"],
            "message_b64": "YQ0KDQo=", "now": "2018-06-10T13:40:00Z", "queue": 17,
            "options": { "authserv_id": "mx.example.org", "receiver": "mx.example.org", "min_rsa_bits": 512, "allow_sha1": true, "more": null },
            "seal": { "private_key": "-----", "selector": "s", "domain": "d.example", "timestamp": 12345, "headers": "from:to", "authserv_id": "l.example", "extra": "kept" }
          },
          "expect": {
            "spf": ["pass"], "spf_explanation": "why",
            "dkim": [ { "domain": "football.example.com", "selector": "brisbane", "result": ["pass"], "bits": 256 } ],
            "dkim_last": ["pass"], "dkim_best": ["pass", "fail"],
            "dmarc": { "result": ["pass"], "policy": "reject", "disposition": "none", "org_domain": "example.com", "walk": [1] },
            "arc": ["pass"], "bimi": { "result": ["skipped"] }, "iprev": { "result": ["fail"] },
            "authentication_results": "mx.example.org; none", "score": 3.5,
            "seal": { "AS": "a", "AMS": "b", "AAR": "c", "other": true }
          }
        }
        """;

    [Fact]
    public void Every_member_is_read()
    {
        var vector = Read(Full);
        Assert.Equal(("dkim/rfc8463-a3", "dkim", "RFC 8463 appendix A.3", "two signatures", "dkim"), (vector.Id, vector.Suite, vector.Source, vector.Note, vector.Checks));
        Assert.Equal(3, vector.Zone!.Names.Count());
        var input = vector.Input;
        Assert.Equal(IPAddress.Parse("192.0.2.1"), input.ClientAddress);
        Assert.Equal(("mail.example.com", "joe@football.example.com"), (input.Helo, input.MailFrom));
        Assert.Equal(["suzie@shopping.example.net"], input.RcptTo);
        Assert.Equal("a\r\n\r\n", Encoding.ASCII.GetString(input.Message!.Value.Span));
        Assert.Equal(new DateTimeOffset(2018, 6, 10, 13, 40, 0, TimeSpan.Zero), input.Now);
        Assert.Equal(("mx.example.org", "mx.example.org", 512, true), (input.Options.AuthservId, input.Options.Receiver, input.Options.MinRsaBits, input.Options.AllowSha1));
        Assert.Equal((12345, "from:to", "l.example"), (input.Seal!.Timestamp, input.Seal.Headers, input.Seal.AuthservId));
        var expect = vector.Expect!;
        var spf = Assert.Single(expect.Methods["spf"].Results);
        Assert.Equal(["pass"], spf.Result);
        Assert.Equal("why", spf.Evidence["explanation"]);
        var dkim = expect.Methods["dkim"];
        Assert.Equal(("football.example.com", "brisbane"), (Assert.Single(dkim.Results).Evidence["domain"], dkim.Results[0].Evidence["selector"]));
        Assert.Equal(["pass"], dkim.Results[0].Result);
        Assert.Equal(["pass", "fail"], dkim.Best);
        Assert.Equal(["pass"], dkim.Last);
        var dmarc = Assert.Single(expect.Methods["dmarc"].Results);
        Assert.Equal(("reject", "none", "example.com"), (dmarc.Evidence["policy"], dmarc.Evidence["disposition"], dmarc.Evidence["org_domain"]));
        Assert.Equal(["pass"], Assert.Single(expect.Methods["arc"].Results).Result);
        Assert.Equal(["skipped"], Assert.Single(expect.Methods["bimi"].Results).Result);
        Assert.Equal(["fail"], Assert.Single(expect.Methods["iprev"].Results).Result);
        Assert.Equal(6, expect.Methods.Count);
        Assert.Equal("mx.example.org; none", expect.AuthenticationResults);
        Assert.Equal(("a", "b", "c"), (expect.Seal!.Seal, expect.Seal.MessageSignature, expect.Seal.AuthenticationResults));
    }

    [Fact]
    public void Members_that_are_not_known_survive()
    {
        var vector = Read(Full);
        AssertSame(Full, vector.ToJson());
        AssertSame(Full, vector.ToJsonLine());
        Assert.DoesNotContain('\n', vector.ToJsonLine());
        AssertSame(Full, Read(vector.ToJson()).ToJsonLine());
        AssertSame(Full, (vector with { Note = "two signatures" }).ToJson());
    }

    // Each form that a method's expectation may have is written back as it was read, whatever comes first.
    [Theory]
    [InlineData("""{"spf_explanation":"why","spf":["fail"]}""", """{"spf":["fail"],"spf_explanation":"why"}""")]
    [InlineData("""{"spf":"pass","arc":"none"}""", """{"spf":["pass"],"arc":["none"]}""")]
    [InlineData("""{"spf":{"result":["pass"],"properties":{"smtp.mailfrom":"a@b.example"}}}""", null)]
    [InlineData("""{"spf":{"result":["fail"],"explanation":"why","more":1}}""", null)]
    [InlineData("""{"spf_helo":["pass"]}""", null)]
    [InlineData("""{"spf_explanation":"why"}""", null)]
    [InlineData("""{"dkim":[]}""", null)]
    [InlineData("""{"dkim":[{"selector":"s","properties":{"header.d":"d.example"}}],"dkim_last":["pass"],"dkim_best":["pass"]}""", null)]
    [InlineData("""{"iprev":["pass"]}""", """{"iprev":{"result":["pass"]}}""")]
    [InlineData("""{"dmarc":null,"spf_domain":"x","iprev_best":["pass"],"dkim_explanation":"x","made-up":["pass"]}""", null)]
    public void What_is_expected_of_a_method_is_written_as_it_was_read(string expect, string? written) =>
        Assert.Equal(
            $$"""{"id":"a","input":{},"expect":{{written ?? expect}}}""",
            Read($$"""{"id":"a","input":{},"expect":{{expect}}}""").ToJsonLine());

    [Theory]
    [InlineData("\"\\ud800\"")] // half a character, escaped
    [InlineData("1e999")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("[[[[[[[[[[]]]]]]]]]]")]
    public void Odd_values_of_members_that_are_not_known_are_written_or_refused(string value)
    {
        var read = TestVector.Parse($"{{\"id\":\"a\",\"input\":{{}},\"x\":{value}}}");
        Assert.True(read.IsSuccess ? read.Value.ToJsonLine().Contains("\"x\"", StringComparison.Ordinal) : read.Error.Reason.Length > 5);
    }

    [Theory]
    [InlineData(500, null)]
    [InlineData(100_000, "this is nested deeper than 512 levels")]
    public void What_is_not_known_may_be_nested_deeply(int depth, string? reason)
    {
        var value = new string('[', depth) + new string(']', depth);
        var read = TestVector.Parse($"{{\"id\":\"a\",\"input\":{{}},\"x\":{value}}}");
        Assert.Equal(reason, read.Error?.Reason);
        Assert.Equal(reason is null, read.Value?.ToJsonLine().Contains(value, StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData(510, "]")]
    [InlineData(511, "q")]
    [InlineData(511, "}")]
    public void What_is_wrong_at_the_greatest_depth_is_not_its_depth(int depth, string wrong)
    {
        var read = TestVector.Parse($"{{\"id\":\"a\",\"input\":{{}},\"x\":{new string('[', depth)}{wrong}}}");
        Assert.Equal("this is not JSON", read.Error!.Reason);
    }

    public static TheoryData<string, SyntaxErrorCode> Faults => new()
    {
        { """{"id": "a", "input": {}""", SyntaxErrorCode.Malformed },
        { """{"id": "a", "input": []}""", SyntaxErrorCode.Malformed },
        { """{"id": "a"}""", SyntaxErrorCode.Missing },
        { """{"id": "a", "input": {"message_b64": "", "message": "x"}}""", SyntaxErrorCode.Inconsistent },
        { $$"""{"id": "a", "input": {}, "x": {{new string('[', 600)}}""", SyntaxErrorCode.TooLong },
        { $$"""{"id": "a", "input": {}, "x": {{new string('[', 500)}}""", SyntaxErrorCode.Malformed },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_has_its_code(string json, SyntaxErrorCode code) => Assert.Equal(code, TestVector.Parse(json).Error!.Code);

    [Fact]
    public void A_small_vector_stays_small() =>
        Assert.Equal("""{"id":"a","input":{},"expect":{}}""", Read("""{ "id": "a", "note": null, "input": {}, "expect": {} }""").ToJsonLine());

    [Theory]
    [InlineData("""{"id": 1, "input": {}}""", "id: a string is expected")]
    [InlineData("""{"input": {}}""", "id: the member is missing")]
    [InlineData("""{"id": "a"}""", "input: the member is missing")]
    [InlineData("""{"id": "a", "input": []}""", "input: an object is expected")]
    [InlineData("""{"id": "a", "input": {"ip": "1.2.3"}}""", "input.ip: \"1.2.3\" is not a valid IP address")]
    [InlineData("""{"id": "a", "input": {"ip": "010.0.0.1"}}""", "input.ip: \"010.0.0.1\" is not a valid IP address")] // 8.0.0.1 of old
    [InlineData("""{"id": "a", "input": {"ip": "[::1]"}}""", "input.ip: \"[::1]\" is not a valid IP address")]
    [InlineData("""{"id": "a", "input": {"ip": "fe80::1%1"}}""", "input.ip: \"fe80::1%1\" is not a valid IP address")]
    [InlineData("""{"id": "a", "input": {"ip": 5}}""", "input.ip: a string is expected")]
    [InlineData("""{"id": "a", "input": {"helo": []}}""", "input.helo: a string is expected")]
    [InlineData("""{"id": "a", "input": {"rcpt_to": ["a", 1]}}""", "input.rcpt_to[1]: a string is expected")]
    [InlineData("""{"id": "a", "input": {"message_b64": "*"}}""", "input.message_b64: a string in base64 is expected")]
    [InlineData("""{"id": "a", "input": {"message_b64": "", "message": "x"}}""", "input: there is both a message and the path of a message")]
    [InlineData("""{"id": "a", "input": {"now": "yesterday"}}""", "input.now: \"yesterday\" is not a time")]
    [InlineData("""{"id": "a", "input": {"now": "13:40"}}""", "input.now: \"13:40\" is not a time")] // of which day?
    [InlineData("""{"id": "a", "input": {"now": "06/10/2018"}}""", "input.now: \"06/10/2018\" is not a time")] // of June or of October?
    [InlineData("""{"id": "a", "input": {"options": {"authserv_id": "a\nb"}}}""", "input.options.authserv_id: an authserv-id has")]
    [InlineData("""{"id": "a", "input": {"options": {"authserv_id": ""}}}""", "input.options.authserv_id: an authserv-id has")]
    [InlineData("""{"id": "a", "input": {"options": {"min_rsa_bits": 100}}}""", "input.options.min_rsa_bits: a number from 512 to 4096")]
    [InlineData("""{"id": "a", "input": {"options": {"allow_sha1": "yes"}}}""", "input.options.allow_sha1: true or false")]
    [InlineData("""{"id": "a", "input": {"seal": {"selector": "s"}}}""", "input.seal.private_key: the member is missing")]
    [InlineData("""{"id": "a", "input": {"seal": {"timestamp": -1}}}""", "input.seal.timestamp: a number of seconds")]
    [InlineData("""{"id": "a", "zone": {"b": [{"type": "A", "data": "x"}]}, "input": {}}""", "zone[\"b\"][0].data: \"x\" is not a valid IPv4 address")]
    [InlineData("""{"id": "a", "input": {}, "expect": {"spf": "pass", "dkim": {}}}""", "expect.dkim: an array of signatures")]
    [InlineData("""{"id": "a", "input": {}, "expect": {"dkim": [{"result": [1]}]}}""", "expect.dkim[0].result[0]: a string is expected")]
    [InlineData("""{"id": "a", "input": {}, "expect": {"dmarc": {"result": {"result": []}}}}""", "expect.dmarc.result: an array of strings")]
    [InlineData("""{"id": "a", "input": {}, "expect": {"seal": {"AS": ""}}}""", "expect.seal.AMS: the member is missing")]
    [InlineData("""{"id": "a", "input": {"seal": {"private_key": "", "selector": "s", "domain": "d", "headers": "h", "authserv_id": "a"}}}""", "input.seal.timestamp: the member is missing")]
    [InlineData("""{"id": "a", "input": {"seal": {"timestamp": 0}}}""", "input.seal.timestamp: a number of seconds")]
    [InlineData("""{"id": "a", "input": {"seal": 5}}""", "input.seal: an object is expected")]
    [InlineData("""{"id": "a", "input": {"options": [1]}}""", "input.options: an object is expected")]
    [InlineData("""{"id": "a", "zone": {"input": [{"type": "MX", "data": "b", "preference": -1}]}, "input": {}}""", "zone[\"input\"][0].preference: a preference is")]
    [InlineData("""{"id": "a", "zone": [], "input": {}}""", "zone: a zone is an object of names")]
    [InlineData("""{"id": "a", "input": {}, "expect": []}""", "expect: an object is expected")]
    [InlineData("""{"id": "a", "input": {}, "expect": {"dkim": [["pass"]]}}""", "expect.dkim[0]: an object is expected")]
    [InlineData("""{"id": "a", "input": {}, "expect": {"spf": {"properties": {"smtp.helo": 1}}}}""", "expect.spf.properties.smtp.helo: a string is expected")]
    [InlineData("""{"id": "a", "input": {}, "expect": {"seal": []}}""", "expect.seal: an object is expected")]
    [InlineData("[]", "an object is expected")]
    [InlineData("null", "an object is expected")]
    [InlineData("""{"id": "a", "input": {}} {}""", "this is not JSON")]
    [InlineData("{\"id\": \"\\ud800\", \"input\": {}}", "id: a string holds half a character")]
    public void What_is_wrong_is_named_by_its_member(string json, string reason)
    {
        var read = TestVector.Parse(json);
        Assert.False(read.IsSuccess);
        Assert.StartsWith(reason, read.Error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_is_written_in_no_culture()
    {
        using var culture = new OtherCulture();
        A_time_is_written_in_UTC("2018-06-10T13:40:00.25Z", "2018-06-10T13:40:00.25Z");
    }

    [Theory]
    [InlineData("2018-06-10T13:40:00Z", "2018-06-10T13:40:00Z")]
    [InlineData("2018-06-10T15:40:00+02:00", "2018-06-10T13:40:00Z")]
    [InlineData("2018-06-10T13:40:00", "2018-06-10T13:40:00Z")]
    [InlineData("2018-06-10T13:40:00.25Z", "2018-06-10T13:40:00.25Z")]
    public void A_time_is_written_in_UTC(string time, string written) =>
        Assert.Contains($"\"now\":\"{written}\"", Read("""{"id": "a", "input": {"now": "TIME"}}""".Replace("TIME", time, StringComparison.Ordinal)).ToJsonLine(), StringComparison.Ordinal);

    [Theory]
    [InlineData("spf-rfc7208.jsonl")]
    [InlineData("arc-validation.jsonl")]
    [InlineData("arc-sealing.jsonl")]
    [InlineData("dkim-mail-auth.jsonl")]
    public void The_suites_survive_being_read_and_written(string file)
    {
        var path = Repository.SuitePath(file);
        Assert.SkipWhen(path is null, "the conformance suites do not stand beside the project");
        foreach (var (line, vector) in File.ReadLines(path).Zip(VectorFile.Read(path)))
        {
            AssertSame(line, vector.Value!.ToJsonLine());
        }
    }

    [Property(MaxTest = 500)]
    public void No_bytes_make_it_throw(byte[] json)
    {
        Assert.True(TestVector.Parse(json).Error is null or { Reason.Length: > 5 });
        Assert.True(BatchLine.Parse(json).Error is null or { Reason.Length: > 5 });
    }

    [Property(MaxTest = 1000)]
    public void No_arrangement_of_the_formats_own_parts_makes_it_throw(byte[] choices)
    {
        string[] parts =
        [
            "{", "}", "[", "]", ":", ",", "\"id\"", "\"zone\"", "\"input\"", "\"expect\"", "\"dkim\"", "\"result\"", "\"spf\"", "\"now\"", "1", "null", "true",
            "\"\\udc00\"", "{\"id\":\"a\",\"input\":", "{\"id\":\"a\",\"input\":{},\"expect\":{\"dkim\":[{\"result\":",
        ];
        var json = string.Concat(choices.Select(c => parts[c % parts.Length]));
        var read = TestVector.Parse(json);
        Assert.True(read.IsSuccess ? read.Value.ToJson().Length > 0 : read.Error.Position <= json.Length);
    }

    [Fact]
    public void A_file_holds_one_vector_or_one_a_line()
    {
        var folder = Directory.CreateTempSubdirectory("emailauth-vectors-");
        try
        {
            var one = Path.Combine(folder.FullName, "one.json");
            var many = Path.Combine(folder.FullName, "many.jsonl");
            File.WriteAllText(Path.Combine(folder.FullName, "lf.eml"), "From: a@b\nX: y\n\nbody\n");
            File.WriteAllBytes(Path.Combine(folder.FullName, "crlf.eml"), "From: a@b\r\n\r\nbare\nLF\r\n"u8.ToArray());
            VectorFile.Write(one, Read("""{"id": "a", "input": {"message": "lf.eml"}}"""));
            VectorFile.Write(many, Read("""{"id": "b", "input": {"message": "crlf.eml"}}"""), Read("""{"id": "c", "input": {}}"""));
            File.AppendAllText(many, "\n{\"id\": \"d\", \"input\": {\"ip\": \"x\"}}\n{\"id\": \"e\", \"input\": {\"message\": \"absent.eml\"}}\n");

            Assert.Equal("From: a@b\r\nX: y\r\n\r\nbody\r\n", MessageOf(Assert.Single(VectorFile.Read(one)).Value!));
            var read = VectorFile.Read(many).ToList();
            Assert.Equal(4, read.Count);
            Assert.Equal("From: a@b\r\n\r\nbare\nLF\r\n", MessageOf(read[0].Value!)); // as it is: not LF throughout
            Assert.Null(read[1].Value!.Input.Message);
            Assert.Equal($"{many}, line 4: input.ip: \"x\" is not a valid IP address", read[2].Error!.Reason);
            Assert.StartsWith($"{many}, line 5: input.message: absent.eml cannot be read", read[3].Error!.Reason, StringComparison.Ordinal);
            Assert.Contains("\"message\":\"crlf.eml\"", read[0].Value!.ToJsonLine(), StringComparison.Ordinal);

            File.WriteAllText(one, "{\n  \"id\": \"a\",\n  \"input\": { \"ip\": 7 }\n}");
            Assert.Equal($"{one}, line 3, column 20: input.ip: a string is expected", Assert.Single(VectorFile.Read(one)).Error!.Reason);
            Assert.Throws<ArgumentException>(() => VectorFile.Write(one));
            Assert.Throws<ArgumentException>(() => VectorFile.Write(one, read[0].Value!, read[1].Value!));
            Assert.Throws<FileNotFoundException>(() => VectorFile.Read(Path.Combine(folder.FullName, "no.json")).ToList());
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static string MessageOf(TestVector vector) => Encoding.ASCII.GetString(vector.Input.Message!.Value.Span);
    }

    private static TestVector Read(string json)
    {
        var read = TestVector.Parse(json);
        Assert.True(read.IsSuccess, read.Error?.ToString());
        return read.Value;
    }

    // The same JSON, whatever the order of members and the white space; the null mail exchange and addresses have two spellings.
    private static void AssertSame(string expected, string actual)
    {
        var (left, right) = (JsonNode.Parse(Normal(expected)), JsonNode.Parse(Normal(actual)));
        Assert.True(JsonNode.DeepEquals(left, right), $"{left}\n\n{right}");

        static string Normal(string json)
        {
            var node = JsonNode.Parse(json)!;
            foreach (var entry in node["zone"]?.AsObject().SelectMany(name => name.Value!.AsArray()) ?? [])
            {
                if (entry!["type"]!.GetValue<string>() == "MX" && entry["data"]!.GetValue<string>().Length == 0)
                {
                    entry["data"] = ".";
                }
            }

            if (node["input"]!["ip"] is { } address)
            {
                node["input"]!["ip"] = IPAddress.Parse(address.GetValue<string>()).ToString();
            }

            return Lower(node).ToJsonString(new JsonSerializerOptions());
        }

        // The names of a zone are read into lower case.
        static JsonNode Lower(JsonNode node)
        {
            if (node["zone"] is JsonObject zone)
            {
                var lower = new JsonObject();
                foreach (var (name, entries) in zone)
                {
                    lower[name.ToLowerInvariant()] = entries!.DeepClone();
                }

                node["zone"] = lower;
            }

            return node;
        }
    }
}
