using System.Net;
using System.Text.Json;
using EmailAuth.Policy;
using EmailAuth.Spf;
using EmailAuth.Tests.Arc;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Rendering;

/// <summary>The JSON of an outcome holds the evidence that the command explains to a person.</summary>
public class OutcomeEvidenceJsonTests
{
    [Fact]
    public async Task The_tree_of_SPF_names_the_terms_that_were_not_reached()
    {
        var spf = (await JudgeAsync("a@tree.example")).GetProperty("spf").GetProperty("evidence");
        Assert.Equal(
            ["include:in.example match", "mx not_reached", "exists:%{i}.example not_reached", "redirect=other.example not_reached"],
            Terms(spf));
        var target = spf.GetProperty("terms")[0].GetProperty("target");
        Assert.Equal(("in.example", "pass"), (target.GetProperty("domain").GetString(), target.GetProperty("result").GetString()));
        Assert.Equal(["ip4:198.51.100.7 match", "-all not_reached"], Terms(target));
        Assert.Equal("v=spf1 ip4:198.51.100.7 -all", target.GetProperty("lookup").GetProperty("answers")[0].GetString());
    }

    [Theory]
    [InlineData("a@all.example", "-all match|redirect=in.example not_reached|exp=why.example followed")]
    [InlineData("a@follow.example", "redirect=in.example followed")]
    [InlineData("a@without.example", "")]
    public async Task A_term_is_told_once_whatever_became_of_it(string mailFrom, string expected)
    {
        var spf = (await JudgeAsync(mailFrom)).GetProperty("spf").GetProperty("evidence");
        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), Terms(spf).Order(StringComparer.Ordinal));
    }

    // Readers of JSON take 64 levels.
    [Fact]
    public async Task A_deep_tree_of_SPF_is_cut()
    {
        var zone = new Zone();
        for (var n = 0; n < 60; n++)
        {
            zone.Add($"r{n}.example", ZoneEntryKind.Txt, $"v=spf1 include:r{n + 1}.example -all");
        }

        zone.Add("r60.example", ZoneEntryKind.Txt, "v=spf1 +all");
        var options = TypicalMessage.Options with { Spf = new SpfOptions { MaxLookups = 100 } };
        var outcome = await new AuthenticationPipeline(new ZoneResolver(zone), options).AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("198.51.100.7"), "mail.example.net", "a@r0.example"), "From: a@example.com\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(outcome.ToJson());
        var spf = json.RootElement.GetProperty("spf").GetProperty("evidence");
        var levels = 1;
        for (; spf.GetProperty("terms")[0].GetProperty("target") is { ValueKind: JsonValueKind.Object } target; spf = target)
        {
            levels++;
        }

        Assert.Equal((16, "r16.example: pass"), (levels, spf.GetProperty("terms")[0].GetProperty("target").GetString()));
    }

    [Fact]
    public async Task A_signature_tells_its_canonicalization_and_the_fields_that_it_leaves_unsigned()
    {
        var signature = (await JudgeAsync("a@tree.example")).GetProperty("dkim")[0];
        Assert.Equal(("s._domainkey.example.com", "relaxed/relaxed"), (signature.GetProperty("key_name").GetString(), signature.GetProperty("canonicalization").GetString()));
        Assert.Equal(["to"], signature.GetProperty("unsigned_fields").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task DMARC_tells_whose_policy_it_is_and_how_each_identifier_relates_to_the_author()
    {
        var dmarc = (await JudgeAsync("a@other.example")).GetProperty("dmarc");
        Assert.Equal(
            ("organizational_domain", "sp", true, false),
            (dmarc.GetProperty("policy_source").GetString(), dmarc.GetProperty("policy_tag").GetString(), dmarc.GetProperty("policy_inherited").GetBoolean(), dmarc.GetProperty("policy_assumed").GetBoolean()));
        Assert.Contains("pct", Assert.Single(dmarc.GetProperty("ignored").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ["dkim example.com pass True relaxed example.com same_org_domain", "spf other.example fail False relaxed  different_org_domain"],
            dmarc.GetProperty("identifiers").EnumerateArray().Select(i => string.Join(' ', ((string[])["method", "domain", "result", "aligned", "mode", "org_domain", "reason"]).Select(name => i.GetProperty(name).ToString()))));
    }

    [Fact]
    public async Task An_exception_that_applied_is_told()
    {
        var options = TypicalMessage.Options with { LocalPolicy = new() { Exceptions = PolicyExceptions.Parse("# ours\n198.51.100.0/24 skip dmarc # a list").Value! } };
        var outcome = await new AuthenticationPipeline(new ZoneResolver(new Zone()), options).AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("198.51.100.7"), "mail.example.net", "a@example.com"), "From: a@example.com\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(outcome.ToJson());
        Assert.Equal(
            ["2 skip: a list"],
            json.RootElement.GetProperty("exceptions").EnumerateArray().Select(line => $"{line.GetProperty("line")} {line.GetProperty("action").GetString()}: {line.GetProperty("why").GetString()}"));
    }

    [Theory]
    [InlineData("See you", "pass", "pass")]
    [InlineData("See me", "fail", "not checked")]
    public async Task Each_set_of_a_chain_has_the_result_of_its_message_signature(string body, string newest, string older)
    {
        var message = await ArcSamples.Pass(await ArcSamples.Pass(ArcSamples.Message, 1), 3);
        message = message.Replace("See you", body, StringComparison.Ordinal);
        var outcome = await new AuthenticationPipeline(ArcSamples.Resolver(), TypicalMessage.Options with { Methods = AuthenticationMethods.Arc }).AuthenticateAsync(
            TypicalMessage.Envelope, TestSigner.Bytes(message), TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(outcome.ToJson());
        Assert.All(json.RootElement.GetProperty("arc").GetProperty("sets").EnumerateArray(), set => Assert.Equal("s", set.GetProperty("selector").GetString()));
        Assert.Equal([newest, older], json.RootElement.GetProperty("arc").GetProperty("sets").EnumerateArray().Select(set => set.GetProperty("message_signature").GetString()));
    }

    private static IEnumerable<string> Terms(JsonElement evidence) =>
        evidence.GetProperty("terms").EnumerateArray().Select(term => $"{term.GetProperty("term").GetString()} {term.GetProperty("outcome").GetString()}");

    private static async Task<JsonElement> JudgeAsync(string mailFrom)
    {
        var zone = new Zone()
            .Add("tree.example", ZoneEntryKind.Txt, "v=spf1 include:in.example mx exists:%{i}.example redirect=other.example")
            .Add("in.example", ZoneEntryKind.Txt, "v=spf1 ip4:198.51.100.7 -all")
            .Add("all.example", ZoneEntryKind.Txt, "v=spf1 -all redirect=in.example exp=why.example")
            .Add("why.example", ZoneEntryKind.Txt, "because")
            .Add("follow.example", ZoneEntryKind.Txt, "v=spf1 redirect=in.example")
            .Add("other.example", ZoneEntryKind.Txt, "v=spf1 -all")
            .Add("without.example", ZoneEntryKind.A, "192.0.2.1")
            .Add("sub.example.com", ZoneEntryKind.A, "192.0.2.1")
            .Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; sp=quarantine; pct=100");
        var message = TestSigner.Rsa2048.Sign("From: a@sub.example.com\r\nTo: b@example.org\r\nSubject: x\r\n\r\nhi\r\n", "from:subject");
        var outcome = await new AuthenticationPipeline(new ZoneResolver(zone), TypicalMessage.Options).AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("198.51.100.7"), "mail.example.net", mailFrom), message, TestContext.Current.CancellationToken);
        return JsonDocument.Parse(outcome.ToJson()).RootElement;
    }
}
