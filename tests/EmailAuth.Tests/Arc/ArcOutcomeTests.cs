using System.Text;
using System.Text.Json;
using EmailAuth.Arc;
using EmailAuth.Dns;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Arc;

/// <summary>All that is said of a chain, for each way in which it holds or does not: the result, every member of its evidence, and what was asked.</summary>
public class ArcOutcomeTests
{
    private static readonly FakeTimeProvider Clock = new(DateTimeOffset.FromUnixTimeSeconds(1767268800));

    private static readonly FakeTimeProvider AnHourLater = new(Clock.GetUtcNow().AddHours(1));

    private static readonly string[] Keys = ["s._domainkey.hop1.example", "s._domainkey.hop2.example", "s._domainkey.hop3.example"];

    // What is changed in a chain of three hops, by the place of what is found, and what it is about.
    private static readonly (string Name, string What, string By)[] Changes =
    [
        ("nothing", "", ""),
        ("the body", "See you", "See me"),
        ("the subject", "Plans", "Plots"),
        ("a second From", "From: Alice", "From: Mallory <m@example.com>\r\nFrom: Alice"),
        ("a second Subject", "Subject: Plans", "Subject: Send money\r\nSubject: Plans"),
        ("the claim of the third", "ARC-Authentication-Results: i=3; mx", "ARC-Authentication-Results: i=3; xm"),
        ("the claim of the first", "ARC-Authentication-Results: i=1; mx", "ARC-Authentication-Results: i=1; xm"),
        ("the claim of the first, which cannot be read", "ARC-Authentication-Results: i=1; mx.example.net", "ARC-Authentication-Results: i=1; \"mx.example.net"),
        ("the seal of the second is closed", "cv=pass;", "cv=fail;"),
        ("the seal of the third is missing", "ARC-Seal: i=3;", "X-Seal: i=3;"),
        ("the message signature of the second is missing", "ARC-Message-Signature: i=2;", "X: i=2;"),
        ("the results of the first are missing", "ARC-Authentication-Results: i=1;", "X: i=1;"),
        ("the third seal says none", "cv=pass;", "cv=none;"),
        ("a seal that cannot be read", "cv=pass;", "cv=passed;"),
        ("a message signature that cannot be read", "c=relaxed/relaxed;", "c=relaxed/lax;"),
        ("a seal of no set", "ARC-Seal: i=3;", "ARC-Seal:"),
        ("a seal of a set that cannot be", "ARC-Seal: i=3;", "ARC-Seal: i=51;"),
        ("two seals of a set", "ARC-Seal: i=3;", "ARC-Seal: i=2;"),
        ("results of no set", "ARC-Authentication-Results: i=2;", "ARC-Authentication-Results:"),
        ("results of a set twice", "ARC-Authentication-Results: i=2;", "ARC-Authentication-Results: i=1;"),
        ("a message signature of a set twice", "ARC-Message-Signature: i=2;", "ARC-Message-Signature: i=1;"),
        ("a message signature of no set", "ARC-Message-Signature: i=2;", "ARC-Message-Signature: x=2;"),
        ("the newest message signature has expired", "c=relaxed/relaxed;", "c=relaxed/relaxed; x=1767268801;"),
        ("the newest seal is of the future", "t=1767268800;", "t=1900000000;"),
        ("the newest signature is of the future", "c=relaxed/relaxed; d=hop3.example;\r\n s=s; t=1767268800;", "c=relaxed/relaxed; d=hop3.example;\r\n s=s; t=1900000000;"),
    ];

    // What the DNS says of a hop's key.
    private static readonly (string Name, ZoneEntryKind Kind, string Data)[] Records =
    [
        ("is not there", ZoneEntryKind.Txt, ""),
        ("times out", ZoneEntryKind.Timeout, ""),
        ("is revoked", ZoneEntryKind.Txt, "v=DKIM1; k=rsa; p="),
        ("is of a type that is not known", ZoneEntryKind.Txt, "v=DKIM1; k=dsa; p=AAAA"),
        ("is one of a domain that tests", ZoneEntryKind.Txt, "testing"),
        ("is one of another type", ZoneEntryKind.Txt, "other"),
        ("is too small", ZoneEntryKind.Txt, "small"),
    ];

    private static readonly Lazy<string> Small = new(static () => TestSigner.Rsa(512).Record);

    private static readonly Lazy<Task<string>> Chain = new(static () => ChainAsync(3));

    [Fact]
    public async Task Every_change_of_a_chain_has_the_outcome_that_was_approved()
    {
        var lines = new List<string>();
        foreach (var (name, what, by) in Changes)
        {
            var message = await Chain.Value;
            var position = message.IndexOf(what, StringComparison.Ordinal);
            Assert.True(position >= 0, name);
            lines.AddRange(await OutcomeOf(name, message.Remove(position, what.Length).Insert(position, by)));
        }

        ApprovedPage.Verify("arc", "changes.txt", lines);
    }

    [Fact]
    public async Task Every_answer_for_a_key_has_the_outcome_that_was_approved()
    {
        var lines = new List<string>();
        foreach (var (name, kind, data) in Records)
        {
            foreach (var key in Keys)
            {
                lines.AddRange((await OutcomeOf($"the key of {key} {name}", await Chain.Value, ZoneWith(key, kind, data))).TakeWhile(static line => line != "{"));
            }
        }

        ApprovedPage.Verify("arc", "keys.txt", lines);
    }

    [Fact]
    public async Task Chains_that_a_plain_signer_makes_have_the_outcome_that_was_approved()
    {
        var lines = new List<string>();
        var plain = ArcPlainSigner.Seal(ArcSamples.Message, "mx.example.net; none");
        lines.AddRange(await OutcomeOf("a message without a chain", ArcSamples.Message));
        lines.AddRange(await OutcomeOf("one set", plain));
        lines.AddRange(await OutcomeOf("closed, and goes on", ArcPlainSigner.Seal(ArcPlainSigner.Seal(plain, "mx; none", cv: "fail"), "mx; none", cv: "pass")));
        lines.AddRange(await OutcomeOf("closed by the newest", ArcPlainSigner.Seal(plain, "mx; none", cv: "fail")));
        lines.AddRange(await OutcomeOf("an older signature cannot be read", ArcPlainSigner.Seal(ArcPlainSigner.Seal(ArcSamples.Message, "mx; none", c: "relaxed/lax"), "mx; none")));
        lines.AddRange(await OutcomeOf("an older signature has what is not known", ArcPlainSigner.Seal(ArcPlainSigner.Seal(ArcSamples.Message, "mx; none").Replace("ARC-Message-Signature: i=1; a=rsa-sha256", "ARC-Message-Signature: i=1; a=rsa-sha1", StringComparison.Ordinal), "mx; none")));
        lines.AddRange(await OutcomeOf("an older signature has expired", ArcPlainSigner.Seal(ArcPlainSigner.Seal(ArcSamples.Message, "mx; none", more: " x=1;"), "mx; none")));
        lines.AddRange(await OutcomeOf("part of the body is unsigned", ArcPlainSigner.Seal(ArcSamples.Message, "mx; none", more: " l=18;") + "more\r\n", partial: true));
        lines.AddRange(await OutcomeOf("results that cannot be read", ArcPlainSigner.Seal(ArcSamples.Message, "mx; spf=(null) dkim=pass")));
        lines.AddRange(await OutcomeOf("two results", ArcPlainSigner.Seal(ArcSamples.Message, "mx; spf=pass smtp.mailfrom=a.example; dmarc=fail header.from=a.example")));
        lines.AddRange(await OutcomeOf("a header past its limits", string.Concat(Enumerable.Repeat("X: y\r\n", 10_001)) + plain));
        lines.AddRange(await OutcomeOf("fifty-one seals", string.Concat(Enumerable.Range(1, 51).Reverse().Select(static instance => $"ARC-Seal: i={instance}; a=rsa-sha256; cv=pass; d=a.example; s=s; b=AAAA\r\n")) + ArcSamples.Message));
        lines.AddRange(await OutcomeOf("fifty seals", string.Concat(Enumerable.Range(1, 50).Reverse().Select(static instance => $"ARC-Seal: i={instance}; a=rsa-sha256; cv=pass; d=a.example; s=s; b=AAAA\r\n")) + ArcSamples.Message));
        ApprovedPage.Verify("arc", "plain.txt", lines);
    }

    // A signature without c= may be either; half of each is neither (RFC 6376 section 3.5; ARC's conformance suite).
    [Theory]
    [InlineData(null, false, false, true)]
    [InlineData(null, true, true, true)]
    [InlineData(null, true, false, false)]
    [InlineData(null, false, true, false)]
    [InlineData("relaxed/relaxed", false, false, true)]
    [InlineData("relaxed/relaxed", true, true, false)]
    [InlineData("simple/simple", true, true, true)]
    [InlineData("simple/simple", false, false, false)]
    [InlineData("simple", true, true, true)]
    [InlineData("relaxed", false, true, true)]
    [InlineData("relaxed/simple", false, true, true)]
    [InlineData("simple/relaxed", true, false, true)]
    public async Task A_message_signature_is_made_as_it_says_or_in_one_of_two_ways(string? c, bool isHeaderSimple, bool isBodySimple, bool holds)
    {
        var message = ArcSamples.Message.Replace("Alice <", "Alice   <", StringComparison.Ordinal).Replace("at noon", "at  noon", StringComparison.Ordinal);
        var sealed1 = ArcPlainSigner.Seal(message, "mx; none", c, isHeaderSimple: isHeaderSimple, isBodySimple: isBodySimple);
        Assert.Equal(holds ? ArcResultCode.Pass : ArcResultCode.Fail, (await ArcSamples.Verify(sealed1)).Code);

        // Also below another one.
        var result = await ArcSamples.Verify(ArcPlainSigner.Seal(sealed1, "mx; none"));
        Assert.Equal((ArcResultCode.Pass, holds ? 0 : 2), (result.Code, result.OldestPass));
    }

    // As many older message signatures are looked at as there is room for: they only show where the message changed.
    [Theory]
    [InlineData(12, 50, 0)]
    [InlineData(50, 50, 0)]
    public async Task Message_signatures_of_all_sets_are_checked_while_there_is_room(int sets, int most, int oldest)
    {
        var message = ArcSamples.Message;
        for (var set = 0; set < sets; set++)
        {
            message = ArcPlainSigner.Seal(message, "mx; none");
        }

        var result = await ArcSamples.Verify(message, options: new ArcOptions { MaxSets = most });
        Assert.Equal((ArcResultCode.Pass, oldest, sets), (result.Code, result.OldestPass, result.Sets.Length));
    }

    // One hop at each domain: every set has a key of its own. Those that decide come first, and ten more are asked for.
    [Theory]
    [InlineData(3, 3, 3)]
    [InlineData(12, 12, 12)]
    public async Task A_key_is_asked_for_once_for_each_set(int sets, int most, int asked)
    {
        var (message, zone) = (ArcSamples.Message, new Zone());
        for (var set = 1; set <= sets; set++)
        {
            zone.Add($"s._domainkey.d{set}.example", ZoneEntryKind.Txt, TestSigner.Ed25519.Record);
            using var sealer = new ArcSealer(TestSigner.Ed25519.Pem, new ArcSealerOptions { Domain = EmailAuth.Syntax.DomainName.Parse($"d{set}.example").Value!, Selector = "s" }, Clock);
            var arrived = set == 1 ? ArcResult.None : new ArcResult { Code = ArcResultCode.Pass, HighestInstance = set - 1 };
            var leaving = TestSigner.Bytes(message);
            message = Encoding.Latin1.GetString(ArcSamples.WithFields(leaving, sealer.Seal(leaving, arrived, ArcSamples.Results())));
        }

        var resolver = new ScriptedResolver(zone);
        var result = await new ArcVerifier(resolver, new ArcOptions { MaxSets = most }, AnHourLater).VerifyAsync(TestSigner.Bytes(message), TestContext.Current.CancellationToken);
        Assert.Equal((ArcResultCode.Pass, 0, asked), (result.Code, result.OldestPass, resolver.AskedCount));
        Assert.Equal(Enumerable.Range(1, sets).Reverse().Select(static set => $"TXT s._domainkey.d{set}.example"), resolver.Asked);
    }

    private static async Task<string> ChainAsync(int hops)
    {
        var message = ArcSamples.Message;
        for (var hop = 1; hop <= hops; hop++)
        {
            var arrived = await new ArcVerifier(ArcSamples.Resolver(), null, Clock).VerifyAsync(TestSigner.Bytes(message), TestContext.Current.CancellationToken);
            using var sealer = new ArcSealer(hop == 2 ? TestSigner.Ed25519.Pem : TestSigner.Rsa2048.Pem, new ArcSealerOptions { Domain = ArcSamples.Domain(hop), Selector = "s" }, Clock);
            var leaving = TestSigner.Bytes(message);
            message = Encoding.Latin1.GetString(ArcSamples.WithFields(leaving, sealer.Seal(leaving, arrived, ArcSamples.Results(hop == 1 ? "pass" : "fail"))));
        }

        return message;
    }

    private static ZoneResolver ZoneWith(string key, ZoneEntryKind kind, string data)
    {
        var zone = new Zone();
        foreach (var name in Keys)
        {
            var record = name == Keys[1] ? TestSigner.Ed25519.Record : TestSigner.Rsa2048.Record;
            var other = name == Keys[1] ? TestSigner.Rsa2048.Record : TestSigner.Ed25519.Record;
            if (name != key)
            {
                zone.Add(name, ZoneEntryKind.Txt, record);
            }
            else if (kind != ZoneEntryKind.Txt || data.Length > 0)
            {
                zone.Add(name, kind, data switch { "testing" => record + "; t=y", "other" => other, "small" => Small.Value, _ => data });
            }
        }

        return new ZoneResolver(zone);
    }

    private static async Task<IEnumerable<string>> OutcomeOf(string name, string message, IDnsResolver? resolver = null, bool partial = false)
    {
        var asked = new ScriptedResolver(resolver ?? ArcSamples.Resolver());
        var options = new ArcOptions { Signatures = new SignatureOptions { AcceptPartialBody = partial } };
        var result = await new ArcVerifier(asked, options, AnHourLater).VerifyAsync(TestSigner.Bytes(message), TestContext.Current.CancellationToken);
        using var stream = new MemoryStream();
        await using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            ArcJson.Write(json, result);
        }

        var method = result.ToMethodResult();
        return
        [
            "== " + name,
            $"asked {string.Join(", ", asked.Asked)}",
            $"highest {result.HighestInstance}, failing {result.FailingInstance}, closed {result.IsClosed}, oldest {result.OldestPass}, testing {result.RestsOnTestingKey}",
            $"{method.Method}={method.Result} ({method.Comment}) reason={method.Reason} {string.Join(' ', method.Properties.Select(static property => property.Text()))}",
            .. result.Sets.Select(static set => $"set {set.Instance}: seal {set.SealResult.Code} {set.SealResult.KeyBits} {set.SealResult.IsTesting}, message {set.MessageSignatureResult.Code} {set.MessageSignatureResult.KeyBits} "
                + $"{set.MessageSignatureResult.IsTesting} author {set.MessageSignatureResult.CoversAuthor} unsigned {set.MessageSignatureResult.UnsignedBodyLength} open {set.MessageSignatureResult.LeavesShownOpen}"),
            .. Encoding.UTF8.GetString(stream.ToArray()).ReplaceLineEndings("\n").Split('\n'),
        ];
    }
}
