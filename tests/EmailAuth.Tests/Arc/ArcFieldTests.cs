using System.Text;
using EmailAuth.Arc;
using EmailAuth.Signatures;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Arc;

/// <summary>Each field of a set by itself: what it says, and what becomes of it when a character is another one.</summary>
public class ArcFieldTests
{
    private const string Seal = " i=2; a=rsa-sha256; cv=pass; d=Example.ORG; s=Sel.a; t=1700000000; b=AAAA";
    private const string Signature = " i=12; a=ed25519-sha256; c=simple/relaxed; d=example.org; s=sel; t=1700000000; x=1700000001; h=from:to; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA";

    [Fact]
    public void A_seal_says_all_that_it_has()
    {
        var seal = ArcSeal.Parse(Seal).Value!;
        Assert.Equal((2, ArcResultCode.Pass, "rsa-sha256", "example.org", "sel.a", "sel.a._domainkey.example.org", DateTimeOffset.FromUnixTimeSeconds(1700000000)),
            (seal.Instance, seal.ChainValidation, seal.AlgorithmName, seal.Domain.ToString(), seal.Selector, seal.KeyName.ToString(), seal.SignedAt));
        Assert.Equal([0, 0, 0], seal.SignatureValue);
    }

    [Fact]
    public void A_message_signature_says_all_that_it_has()
    {
        var signature = ArcMessageSignature.Parse(Signature).Value!;
        Assert.Equal((12, SignatureCanonicalization.Simple, SignatureCanonicalization.Relaxed, "ed25519-sha256", DateTimeOffset.FromUnixTimeSeconds(1700000001)),
            (signature.Instance, signature.HeaderCanonicalization!.Value, signature.BodyCanonicalization!.Value, signature.AlgorithmName, signature.ExpiresAt));
        Assert.Equal(["from", "to"], signature.FieldNames);
        var without = ArcMessageSignature.Parse(Signature.Replace(" c=simple/relaxed;", null, StringComparison.Ordinal)).Value!;
        Assert.Equal((null, null), (without.HeaderCanonicalization, without.BodyCanonicalization));
        Assert.True(ArcMessageSignature.Parse(Signature.Replace("h=from:to", "h=", StringComparison.Ordinal)).IsSuccess);
        Assert.False(ArcMessageSignature.Parse(Signature.Replace("h=from:to; ", null, StringComparison.Ordinal)).IsSuccess);
    }

    // RFC 8617 sections 4.1.2 and 4.1.3: every tag that must be there, and those that must not.
    [Fact]
    public void Each_field_needs_its_tags()
    {
        var lines = new List<string>();
        foreach (var (name, text) in ((string, string)[])[("seal", Seal), ("signature", Signature)])
        {
            foreach (var tag in text.Split(';'))
            {
                lines.Add($"{name} without{tag}: {Outcome(name, string.Join(';', text.Split(';').Where(other => other != tag)))}");
                lines.Add($"{name} with{tag} twice: {Outcome(name, text + ";" + tag)}");
                lines.Add($"{name} with an empty{tag}: {Outcome(name, text.Replace(tag, tag[..(tag.IndexOf('=', StringComparison.Ordinal) + 1)], StringComparison.Ordinal))}");
            }

            foreach (var more in (string[])["h=from", "h=arc-seal", "v=1", "l=5", "q=dns/txt", "q=other", "z=x", "x=1", "c=lax", "zz=1", "1=1"])
            {
                lines.Add($"{name} and {more}: {Outcome(name, $"{text}; {more}")}");
            }

            foreach (var algorithm in (string[])["rsa-sha1", "rsa-sha512", "RSA-SHA256", "rsa", "ed25519-sha256"])
            {
                lines.Add($"{name} of {algorithm}: {Outcome(name, text.Replace("rsa-sha256", algorithm, StringComparison.Ordinal).Replace("a=ed25519-sha256", "a=" + algorithm, StringComparison.Ordinal))}");
            }

            foreach (var instance in (string[])["0", "1", "01", "49", "50", "51", "99", "100", "001", "1 ", "1x", "-1", "+1", "a", ":"])
            {
                lines.Add($"{name} of set {instance}: {Outcome(name, text.Replace("i=12;", $"i={instance};", StringComparison.Ordinal).Replace("i=2;", $"i={instance};", StringComparison.Ordinal))}");
            }
        }

        foreach (var word in (string[])["none", "pass", "fail", "NONE", "Pass", "faiL", "", "n", "passed", " pass ", "p ass"])
        {
            lines.Add($"cv={word}: {Outcome("seal", Seal.Replace("cv=pass", "cv=" + word, StringComparison.Ordinal))}");
        }

        ApprovedPage.Verify("arc", "tags.txt", lines);
    }

    [Theory]
    [InlineData("h=arc-seal")]
    [InlineData("h=from:ARC-Seal:to")]
    public void A_message_signature_does_not_cover_a_seal(string names) => Assert.Equal(
        "Inconsistent at 0: h= names ARC-Seal, which a message signature must not cover (RFC 8617 section 4.1.2)",
        Outcome("signature", Signature.Replace("h=from:to", names, StringComparison.Ordinal)));

    [Fact]
    public void A_seal_a_character_away_is_read_as_it_was_approved() =>
        ApprovedPage.Verify("arc", "seal-edits.txt", OneCharacterEdits.Outcomes(Seal, "=; a", static (text, edit) => Outcome("seal", text, edit)));

    [Fact]
    public void A_message_signature_a_character_away_is_read_as_it_was_approved() =>
        ApprovedPage.Verify("arc", "signature-edits.txt", OneCharacterEdits.Outcomes(Signature, "=;1", static (text, edit) => Outcome("signature", text, edit)));

    // RFC 8617 section 4.1.1: the instance goes first, with comments and folding around its parts.
    [Fact]
    public void The_instance_of_results_is_read_as_it_was_approved()
    {
        var bases = (string[])[" i=12; mx.example.net", "(a) i (b(c)) = (\\)) 7 (d);", "\r\n\ti=50 ;", "i=1"];
        ApprovedPage.Verify("arc", "instance-edits.txt", bases.SelectMany(static text => OneCharacterEdits.Outcomes(
            text, "i=;09 5(I\\", static (changed, _) => ArcInstance.OfResults(Encoding.UTF8.GetBytes(changed)).ToString(System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void An_instance_is_one_of_fifty_numbers()
    {
        for (var first = 0; first < 128; first++)
        {
            var one = (char)first;
            Assert.Equal(one is >= '1' and <= '9' ? one - '0' : 0, ArcInstance.Parse([one]));
            for (var second = 0; second < 128; second++)
            {
                var two = (char)second;
                var number = char.IsAsciiDigit(one) && char.IsAsciiDigit(two) ? ((one - '0') * 10) + two - '0' : 0;
                Assert.Equal(number <= 50 ? number : 0, ArcInstance.Parse([one, two]));
            }
        }

        Assert.Equal((0, 0, 0), (ArcInstance.Parse(""), ArcInstance.Parse("001"), ArcInstance.Parse("100")));
    }

    // Of a field that is malformed otherwise the set is known anyway.
    [Theory]
    [InlineData(" i=2; cv=fail", 2, true, ArcResultCode.Fail)]
    [InlineData(" i=2; cv=x", 2, true, null)]
    [InlineData(" i=51; cv=pass", 0, true, ArcResultCode.Pass)]
    [InlineData(" cv=none", 0, false, ArcResultCode.None)]
    [InlineData(" i=; b=x", 0, true, null)]
    [InlineData(" i=2; i=3; cv=fail", 0, true, null)]
    [InlineData(" i=2; ;", 0, true, null)]
    [InlineData("", 0, false, null)]
    public void A_malformed_field_says_its_set_and_its_status(string value, int instance, bool isGiven, ArcResultCode? status)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        Assert.False(ArcSeal.Parse(bytes, AlgorithmTable.Default, out var set, out var has, out var cv).IsSuccess);
        Assert.Equal((instance, isGiven, status), (set, has, cv));
        Assert.False(ArcMessageSignature.Parse(bytes, AlgorithmTable.Default, out set, out has).IsSuccess);
        Assert.Equal((instance, isGiven), (set, has));
    }

    private static string Outcome(string name, string text, int edit = -1)
    {
        if (name == "seal")
        {
            var seal = ArcSeal.Parse(text);
            return seal.IsSuccess ? $"i={seal.Value.Instance} {seal.Value.AlgorithmName} {seal.Value.ChainValidation} {seal.Value.KeyName} {seal.Value.SignedAt?.ToUnixTimeSeconds()} {seal.Value.SignatureValue.Length}" : OneCharacterEdits.Error(seal.Error, text, edit);
        }

        var signature = ArcMessageSignature.Parse(text);
        return signature.IsSuccess
            ? $"i={signature.Value.Instance} {signature.Value.AlgorithmName} {signature.Value.HeaderCanonicalization}/{signature.Value.BodyCanonicalization} {signature.Value.KeyName} "
                + $"{signature.Value.SignedAt?.ToUnixTimeSeconds()} {signature.Value.ExpiresAt?.ToUnixTimeSeconds()} {string.Join(':', signature.Value.FieldNames)} {Convert.ToBase64String([.. signature.Value.BodyHash])[..4]} {signature.Value.BodyLength} {signature.Value.SignatureValue.Length}"
            : OneCharacterEdits.Error(signature.Error, text, edit);
    }
}
