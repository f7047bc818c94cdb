using System.Security.Cryptography;
using System.Text;
using EmailAuth.Inspection.Dkim;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Dkim;

/// <summary>Key records as people publish them by mistake.</summary>
public sealed class DkimKeyInspectorTests : IDisposable
{
    private const string Edwards = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    private readonly RSA _rsa = RSA.Create(2048);

    public void Dispose() => _rsa.Dispose();

    [Theory]
    [InlineData("v=DKIM1; h=; k=ed25519; p=" + Edwards, "h= is empty: it allows no hash", "")]
    [InlineData("v=DKIM1; h=md5; k=ed25519; p=" + Edwards, "h= names no known hash: the one in use is sha256", "md5")]
    [InlineData("v=DKIM1; h=sha1; k=ed25519; p=" + Edwards, "sha1 must no longer be accepted", "sha1")]
    [InlineData("v=DKIM1; k=ed25519; p=11qYAYKx\u00A0CrfVS", "a no-break space (U+00A0) at position 30: it looks like a space", "\u00A0")]
    [InlineData("v=DKIM1; k=ed25519; p=11qYAYKx\u00C2\u00A0CrfVS", "a no-break space (U+00A0) at position 30", "\u00C2")]
    [InlineData("v=DKIM1; k=ed25519; p=11qY_YKx", "the character \"_\" at position 26: this is base64url", "_")]
    [InlineData("v=DKIM1; k=ed25519; p=11q\u200BYYK", "the character U+200B at position 25", "\u200B")]
    [InlineData("v=DKIM1; p=-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----", "p= holds the lines around a PEM key", "-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----")]
    [InlineData("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS\\; t=s", "a backslash at position 35: \"\\;\" is an escape of zone files", "\\;")]
    [InlineData("v=DKIM1\\; k=rsa\\; p=AAAA", "a backslash at position 7: \"\\;\" is an escape of zone files", "\\;")]
    [InlineData("v=DKIM1; p=AAAA\\AAAA", "a backslash at position 15: an escape of zone files became part of the text", "\\")]
    [InlineData("\"v=DKIM1; p=AAAA\"", "a tag name must start with a letter (RFC 6376 section 3.2); a quotation mark is there", "\"")]
    [InlineData("v=DKIM1; p=AA=A", "the padding \"=\" at position 13 is not at its end", "=")]
    [InlineData("v=DKIM1; p=AAAAA", "it ends in the middle of a group", "")]
    public void An_invalid_record_has_a_finding_with_its_position(string text, string says, string marked)
    {
        var finding = Assert.Single(Inspect(text).Findings, finding => finding.Severity == FindingSeverity.Error);
        Assert.Contains(says, finding.Text, StringComparison.Ordinal);
        Assert.StartsWith(marked, text[finding.Position!.Value..], StringComparison.Ordinal);
    }

    [Fact]
    public void A_published_private_key_is_an_alarm_in_every_form()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var seed = RandomNumberGenerator.GetBytes(32);
        var public32 = new byte[32];
        Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.GeneratePublicKey(seed, 0, public32, 0);
        string[] values =
        [
            Convert.ToBase64String(_rsa.ExportRSAPrivateKey()),
            Convert.ToBase64String(_rsa.ExportPkcs8PrivateKey()),
            Convert.ToBase64String(Encoding.ASCII.GetBytes(_rsa.ExportRSAPrivateKeyPem())),
            _rsa.ExportPkcs8PrivateKeyPem().ReplaceLineEndings(string.Empty),
            _rsa.ExportRSAPrivateKeyPem().ReplaceLineEndings(" "),
            Convert.ToBase64String(curve.ExportECPrivateKey()),
            Convert.ToBase64String([.. seed, .. public32]),
        ];
        Assert.All(values, value =>
        {
            foreach (var start in new[] { "v=DKIM1; k=rsa; p=", "v=DKIM1; k=ed25519; p=", "p=" })
            {
                var finding = Assert.Single(Inspect(start + value).Findings, finding => finding.Severity == FindingSeverity.Error);
                Assert.Equal(FindingCode.DkimPrivateKey, finding.Code);
            }
        });
    }

    [Fact]
    public void A_public_key_is_not_an_alarm_in_any_form()
    {
        string[] texts =
        [
            $"v=DKIM1; p={Convert.ToBase64String(_rsa.ExportSubjectPublicKeyInfo())}",
            $"v=DKIM1; p={Convert.ToBase64String(_rsa.ExportRSAPublicKey())}",
            $"v=DKIM1; n=never a PRIVATE KEY here; k=ed25519; p={Edwards}",
            "v=DKIM1; p=",
            "v=DKIM1; p=MA==",
            "v=DKIM1; p=MP8=",
        ];
        Assert.All(texts, text => Assert.DoesNotContain(Inspect(text).Findings, finding => finding.Code == FindingCode.DkimPrivateKey));
    }

    [Theory]
    [InlineData(1023, "error: an RSA key of 1023 bits is refused: at least 1024 are required")]
    [InlineData(1024, "warning: an RSA key of 1024 bits: at least 2048 should be used")]
    [InlineData(2048, "none")]
    [InlineData(4096, "none")]
    [InlineData(4097, "warning: an RSA key of 4097 bits: over 4096 bits")]
    [InlineData(8192, "warning: an RSA key of 8192 bits: over 4096 bits")]
    [InlineData(8193, "error: an RSA key of 8193 bits is refused: this verifier accepts at most 8192")]
    public void The_size_of_an_rsa_key_is_judged_by_the_limits_in_force(int bits, string expected)
    {
        // The modulus need not be a product of two primes to be measured.
        var modulus = new byte[(bits + 7) / 8];
        Array.Fill(modulus, (byte)0xFF);
        modulus[0] = (byte)(0xFF >> ((modulus.Length * 8) - bits));
        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = [1, 0, 1] });
        var findings = Inspect($"v=DKIM1; p={Convert.ToBase64String(rsa.ExportRSAPublicKey())}").Findings;
        Assert.StartsWith(expected, findings is [var only] ? only.ToString() : findings.IsEmpty ? "none" : "several", StringComparison.Ordinal);
    }

    public static TheoryData<string, FindingCode, FindingSeverity, string> Records => new()
    {
        { "k=ed25519; p=" + Edwards, FindingCode.DkimNoVersion, FindingSeverity.Note, "" },
        { "v=DKIM1; p=", FindingCode.DkimRevoked, FindingSeverity.Error, "p=" },
        { "v=DKIM1; k=; p=AAAA", FindingCode.DkimEmptyKeyType, FindingSeverity.Error, "k=" },
        { "v=DKIM1; k = dsa; p=AAAA", FindingCode.DkimUnknownKeyType, FindingSeverity.Error, "k = dsa" },
        { "v=DKIM1; p=AAAA", FindingCode.DkimUnusableKey, FindingSeverity.Error, "p=" },
        { "v=DKIM1; t = s:Y; k=ed25519; p=" + Edwards, FindingCode.DkimTesting, FindingSeverity.Warning, "t = s:Y" },
        { "v=DKIM1; s=other; k=ed25519; p=" + Edwards, FindingCode.DkimNotForMail, FindingSeverity.Error, "other" },
        { "v=DKIM1; s=tlsrpt; k=ed25519; p=" + Edwards, FindingCode.DkimOnlyTlsReports, FindingSeverity.Note, "tlsrpt" },
        { "v=DKIM1; s=other : TLSRPT; k=ed25519; p=" + Edwards, FindingCode.DkimOnlyTlsReports, FindingSeverity.Note, "other : TLSRPT" },
        { "v=DKIM1; g=*; k=ed25519; p=" + Edwards, FindingCode.DkimGranularity, FindingSeverity.Warning, "g=*" },
        { "v=DKIM1; k=ed25519; p=11qYAYKx CrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", FindingCode.DkimKeySpaces, FindingSeverity.Note, " " },
        { "v=DKIM1; zz=1; k=ed25519; p=" + Edwards, FindingCode.DkimUnknownTag, FindingSeverity.Warning, "zz" },
        { "v=DKIM1; h=sha1:sha256; k=ed25519; p=" + Edwards, FindingCode.DkimSha1, FindingSeverity.Warning, "sha1:sha256" },
        { "v=DKIM1; h=ed25519-sha256; k=ed25519; p=" + Edwards, FindingCode.DkimHashIsAlgorithm, FindingSeverity.Error, "ed25519-sha256" },
        { "v=DKIM1; h=x-sha256; k=ed25519; p=" + Edwards, FindingCode.DkimUnknownHashes, FindingSeverity.Error, "x-sha256" },
        { "v=DKIM1; p=AAAA; p=AAAA", FindingCode.DkimSyntax, FindingSeverity.Error, "p" },
        { "v=DKIM1; k=rsa", FindingCode.DkimSyntax, FindingSeverity.Error, "" },
        { "v=dkim1; p=_; q", FindingCode.DkimSyntax, FindingSeverity.Error, "d" },
        { "v=DKIM1; #; p=AAAA", FindingCode.DkimSyntaxAtCharacter, FindingSeverity.Error, "#" },
    };

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_gets_its_finding_under_its_place(string text, FindingCode code, FindingSeverity severity, string marked)
    {
        var finding = Assert.Single(Inspect(text).Findings, finding => finding.Code == code);
        var place = text[finding.Position!.Value..];
        Assert.Equal((severity, marked, text), (finding.Severity, place[..Math.Min(finding.Length, place.Length)], finding.Record));
    }

    [Theory]
    [InlineData("s1", FindingCode.DkimNameMissing)]
    [InlineData("s2", FindingCode.DkimNoText)]
    [InlineData("s3", FindingCode.DkimAliasOfMissingName)]
    [InlineData("s4", FindingCode.DkimAliasWithoutText)]
    [InlineData("s5", FindingCode.DkimAlias)]
    [InlineData("s6", FindingCode.DkimSeveralRecords)]
    [InlineData("s7", FindingCode.DkimLookupFailed)]
    public async Task An_error_of_a_name_is_a_finding_about_the_name(string selector, FindingCode code)
    {
        const string Key = "v=DKIM1; k=ed25519; p=" + Edwards;
        var zone = new Zone()
            .Add("s2._domainkey.example.com", ZoneEntryKind.A, "192.0.2.1")
            .Add("s3._domainkey.example.com", ZoneEntryKind.CName, "gone.example")
            .Add("s4._domainkey.example.com", ZoneEntryKind.CName, "s2._domainkey.example.com")
            .Add("s5._domainkey.example.com", ZoneEntryKind.CName, "key.example").Add("key.example", ZoneEntryKind.Txt, Key)
            .Add("s6._domainkey.example.com", ZoneEntryKind.Txt, Key).Add("s6._domainkey.example.com", ZoneEntryKind.Txt, Key)
            .Add("s7._domainkey.example.com", ZoneEntryKind.ServFail);
        var name = DkimKeyInspector.NameOf(Name("example.com"), Name(selector))!;
        var inspection = await DkimKeyInspector.InspectAsync(name, new ZoneResolver(zone), cancellationToken: TestContext.Current.CancellationToken);
        var finding = Assert.Single(inspection.Findings);
        Assert.Equal((code, name), (finding.Code, finding.Name));

        // That the DNS does not answer is no fault of the record.
        Assert.Equal(code switch { FindingCode.DkimAlias => FindingSeverity.Note, FindingCode.DkimLookupFailed => FindingSeverity.Warning, _ => FindingSeverity.Error }, finding.Severity);
        Assert.Equal(code == FindingCode.DkimLookupFailed, inspection.Failure is not null);
        Assert.Equal(code == FindingCode.DkimAlias ? 256 : 0, inspection.Key?.KeyBits ?? 0);
    }

    private static PublishedRecord Inspect(string text) => DkimKeyInspector.InspectText(Name("s._domainkey.example.com"), text);

    private static DomainName Name(string text) => DomainName.ParseDnsName(text).Value!;
}
