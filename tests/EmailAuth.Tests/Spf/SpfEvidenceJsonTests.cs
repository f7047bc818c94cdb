using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using EmailAuth.Dns;
using EmailAuth.Results;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>Results and their evidence as JSON and as text, whole.</summary>
public class SpfEvidenceJsonTests
{
    [Fact]
    public async Task The_JSON_of_results_is_as_approved()
    {
        var zone = new Zone().Text("a.test", "v=spf1 ip4:198.51.100.1 a mx:b.test ptr include:c.test -all ?exists:x.test exp=why.test redirect=d.test")
            .Address("a.test", "198.51.100.2").Exchange("b.test", 10, "m.test").Exchange("b.test", 0, ".")
            .Pointer(SpfTestZone.IPv4, "n.test").Text("c.test", "v=spf1 exists:%{l}.no.test redirect=e.test").Text("e.test", "v=spf1 ?all mx").Text("why.test", "Not %{d}.")
            .Text("f.test", "v=spf1 include:c.test a:slow.test +all").Add("slow.test", ZoneEntryKind.ServFail).Text("g.test", "v=spf1 redirect=e.test a:m.test -exists:q.test").Text("h.test", "v=spf1 ip6:::1");
        var lines = new List<string>();
        foreach (var sender in new[] { "joe@a.test", "joe@f.test", "joe@g.test", "joe@h.test", "joe@none.test", "joe@test", "joe", "joe@[192.0.2.3]", "<>" })
        {
            var result = await zone.CheckAsync(sender, helo: "h.test");
            lines.Add($"## {sender}");
            lines.Add(Json(json => ((IMethodOutcome)result).WriteJson(json)));
            lines.Add(Json(json => ((IMethodOutcome)result).WriteSummaryJson(json)));
            Assert.Equal(("spf", "spf", result.Code.Keyword()), (((IMethodOutcome)result).Name, ((IMethodOutcome)result).Method, ((IMethodOutcome)result).Result));
        }

        ApprovedPage.Verify("spf", "json.txt", lines);
        var helo = await new SpfEvaluator(new ZoneResolver(zone)).EvaluateHeloAsync(SpfTestZone.IPv4, "h.test", TestContext.Current.CancellationToken);
        Assert.Equal(("spf_helo", "spf"), (((IMethodOutcome)helo).Name, ((IMethodOutcome)helo).Method));
        var results = ImmutableArray.CreateBuilder<MethodResult>();
        ((IMethodOutcome)helo).AddResultsTo(results);
        Assert.Equal("neutral", Assert.Single(results).Result);
    }

    // Sixteen levels in JSON; in text, lines are indented by 24 levels at most.
    [Theory]
    [InlineData(3)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(40)]
    public async Task Deep_evidence_ends_in_a_text_and_is_not_indented_further(int depth)
    {
        var zone = new Zone();
        for (var i = 1; i <= depth; i++)
        {
            zone.Text($"d{i}.test", i < depth ? $"v=spf1 include:d{i + 1}.test -all" : "v=spf1 +all");
        }

        var result = await zone.CheckAsync("joe@d1.test", options: new SpfOptions { MaxLookups = 100 });
        using var json = JsonDocument.Parse(Json(writer =>
        {
            writer.WriteStartObject();
            SpfEvidenceJson.Write(writer, "evidence", result.Evidence);
            writer.WriteEndObject();
        }));
        var (evidence, level) = (json.RootElement.GetProperty("evidence"), 1);
        while (evidence.ValueKind == JsonValueKind.Object && evidence.GetProperty("terms")[0].GetProperty("target") is { ValueKind: not JsonValueKind.Null } target)
        {
            Assert.Equal($"d{level}.test", evidence.GetProperty("domain").GetString());
            evidence = target;
            level++;
        }

        Assert.Equal(Math.Min(depth, 17), level);
        Assert.Equal(depth > 16 ? "d17.test: pass" : null, evidence.ValueKind == JsonValueKind.String ? evidence.GetString() : null);

        var lines = result.Evidence!.ToString().Split('\n');
        var expected = new List<string>();
        for (var i = 1; i <= depth; i++)
        {
            var (indent, below) = (new string(' ', Math.Min((i - 1) * 2, 24) * 2), new string(' ', Math.Min(((i - 1) * 2) + 1, 24) * 2));
            expected.Add($"{indent}d{i}.test: pass");
            expected.Add($"{below}TXT d{i}.test: {(i < depth ? $"v=spf1 include:d{i + 1}.test -all" : "v=spf1 +all")}");
            expected.Add(i < depth ? $"{below}include:d{i + 1}.test: match" : $"{below}+all: match");
        }

        Assert.Equal(expected, lines);
    }

    [Fact]
    public void At_the_last_level_a_term_without_a_target_has_none()
    {
        var evidence = new SpfEvidence(DomainName.Parse("x.test").Value!, SpfResultCode.None, null, null, []);
        for (var level = 16; level > 0; level--)
        {
            evidence = new SpfEvidence(
                DomainName.Parse($"d{level}.test").Value!, SpfResultCode.SoftFail, null, null,
                [new SpfTermEvidence("t", SpfTermOutcome.NoMatch, [], null, null), new SpfTermEvidence("u", SpfTermOutcome.Error, [], evidence, "note", level)]);
        }

        var json = Json(writer =>
        {
            writer.WriteStartObject();
            SpfEvidenceJson.Write(writer, "evidence", evidence);
            SpfEvidenceJson.Write(writer, "none", null);
            writer.WriteEndObject();
        }).Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        Assert.Contains("\"note\":\"note\",\"lookup_number\":16,\"lookups\":[],\"target\":\"x.test:none\"", json, StringComparison.Ordinal);
        Assert.Equal(16, json.Split("\"lookup_number\":null,\"lookups\":[],\"target\":null").Length - 1);
        Assert.EndsWith(",\"none\":null}", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DnsStatus.Records, null, "MX a.test: one, two", "records")]
    [InlineData(DnsStatus.NoData, null, "MX a.test: no data", "no_data")]
    [InlineData(DnsStatus.NameError, null, "MX a.test: no such name", "no_such_name")]
    [InlineData(DnsStatus.Failure, "SERVFAIL", "MX a.test: SERVFAIL", "failed")]
    [InlineData(DnsStatus.Failure, null, "MX a.test: failed", "failed")]
    [InlineData(DnsStatus.Failure, "a\nb\u007f\u0080c\u00a0", "MX a.test: a?b??c\u00a0", "failed")]
    public void A_lookup_is_one_line_and_one_object(DnsStatus status, string? failure, string line, string word)
    {
        var lookup = new SpfLookup(DnsRecordType.Mx, "a.test", status, ["one", "two"], failure);
        Assert.Equal(line, lookup.ToString());
        var evidence = new SpfEvidence(DomainName.Parse("x.test").Value!, SpfResultCode.None, null, lookup, []);
        using var json = JsonDocument.Parse(Json(writer =>
        {
            writer.WriteStartObject();
            SpfEvidenceJson.Write(writer, "e", evidence);
            writer.WriteEndObject();
        }));
        var written = json.RootElement.GetProperty("e").GetProperty("lookup");
        Assert.Equal(("MX", "a.test", word, failure), (written.GetProperty("type").GetString(), written.GetProperty("name").GetString(), written.GetProperty("status").GetString(), written.GetProperty("failure").GetString()));
        Assert.Equal("[\"one\",\"two\"]", written.GetProperty("answers").GetRawText().Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_outcome_has_its_words()
    {
        SpfTermEvidence[] terms = [.. Enum.GetValues<SpfTermOutcome>().Select(outcome => new SpfTermEvidence("t", outcome, [], null, null)), new SpfTermEvidence("t", SpfTermOutcome.Match, [], null, "so")];
        var evidence = new SpfEvidence(DomainName.Parse("x.test").Value!, SpfResultCode.None, null, null, [.. terms]);
        Assert.Equal("x.test: none\n  t: no match\n  t: match\n  t: followed\n  t: error\n  t: match (so)", evidence.ToString());
        Assert.Empty(evidence.NotReached);
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, IndentSize = 1, MaxDepth = 1000, NewLine = "\n" }))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
