using EmailAuth.Dkim;
using EmailAuth.Signatures;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Signatures;

public class KeyRecordTests
{
    [Fact]
    public void Defaults_apply_without_v_k_h_s_and_t()
    {
        var record = KeyRecord.Parse("p=AAAA").Value!;
        Assert.Equal("rsa", record.KeyType);
        Assert.Empty(record.HashAlgorithms);
        Assert.Equal((true, false, false, false), (record.IsForEmail, record.IsTesting, record.RequiresExactDomain, record.IsRevoked));
        Assert.Equal(3, record.PublicKey.Length);
    }

    [Fact]
    public void Every_tag_is_read()
    {
        var record = KeyRecord.Parse("v=DKIM1; h=sha1 : sha256; k=rsa; n=notes=20for people, $%&; p=AA AA; s=email:other; t=y:s; g=*").Value!;
        Assert.Equal(["sha1", "sha256"], record.HashAlgorithms);
        Assert.Equal((true, true, true), (record.IsForEmail, record.IsTesting, record.RequiresExactDomain));
    }

    // RFC 6376 section 3.6.1: ABNF strings ignore case (RFC 5234 section 2.3).
    [Theory]
    [InlineData("y", true, false)]
    [InlineData("s", false, true)]
    [InlineData("Y:S", true, true)]
    [InlineData("x:y", true, false)]
    [InlineData("ys", false, false)]
    public void A_flag_is_a_whole_word_in_any_case(string flags, bool isTesting, bool isExact)
    {
        var record = KeyRecord.Parse($"p=AAAA; t={flags}").Value!;
        Assert.Equal((isTesting, isExact), (record.IsTesting, record.RequiresExactDomain));
    }

    [Theory]
    [InlineData("v=DKIM1; p=AA AA")]
    [InlineData("v=DKIM1; p=AAAA ")]
    [InlineData("v=DKIM1; p= A\tA\r\n AA ;")]
    [InlineData("v=DKIM1;p=AAAA;")]
    [InlineData(" v = DKIM1 ; p = AAAA")]
    [InlineData("p=AAAA; k=rsa; unknown=x")]
    [InlineData("v=DKIM1; n=; p=AAAA")]
    public void White_space_may_be_anywhere_in_the_key(string text) => Assert.Equal(3, KeyRecord.Parse(text).Value?.PublicKey.Length);

    [Theory]
    [InlineData("p=")]
    [InlineData("v=DKIM1; p=")]
    [InlineData("v=DKIM1; p= ; k=rsa")]
    public void An_empty_key_is_revoked(string text) => Assert.True(KeyRecord.Parse(text).Value?.IsRevoked);

    // A record of 64 KB is possible; a reason is for a log line and the header.
    [Fact]
    public void A_long_tag_name_makes_no_long_reason()
    {
        var tag = new string('b', 20_000) + "=1; ";
        Assert.Equal($"the tag {new string('b', 32)}...= appears more than once (RFC 6376 section 3.2)", KeyRecord.Parse($"{tag}{tag}p=AAAA").Error?.Reason);
        Assert.Equal($"the tag {new string('b', 32)}...= appears more than once (RFC 6376 section 3.2)", DkimSignature.Parse($"{tag}{tag}v=1").Error?.Reason);
    }

    [Theory]
    [InlineData("", "p= is missing")]
    [InlineData("v=DKIM1; k=rsa", "p= is missing")]
    [InlineData("v=DKIM1; P=AAAA", "p= is missing")] // tag names are case-sensitive
    [InlineData("p=AAAA; v=DKIM1", "v= is not the first")]
    [InlineData("k=rsa; v=DKIM1; p=AAAA", "v= is not the first")]
    [InlineData("v=DKIM1.0; p=AAAA", "v= is not DKIM1")]
    [InlineData("v=dkim1; p=AAAA", "v= is not DKIM1")] // section 3.6.1 spells the value out in octets
    [InlineData("v=; p=AAAA", "v= is not DKIM1")]
    [InlineData("v=spf1 -all", "v= is not DKIM1")]
    [InlineData("v=DKIM1; p=AAAA; p=AAAA", "p= appears more than once")]
    [InlineData("v=DKIM1; x=1; x=1; p=AAAA", "x= appears more than once")]
    [InlineData("v=DKIM1; p=AAA!", "not base64")]
    [InlineData("v=DKIM1; p=AAAAA", "not base64")]
    [InlineData("v=DKIM1; p=AAAA; garbage", "followed by \"=\"")]
    [InlineData("v=DKIM1\\; p=AAAA", "v= is not DKIM1")] // a zone file's escape that was escaped twice
    [InlineData("\"v=DKIM1; p=AAAA\"", "must start with a letter")]
    public void What_is_not_a_key_record_says_why(string text, string reason) =>
        Assert.Contains(reason, KeyRecord.Parse(text).Error?.Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("s=*", true)]
    [InlineData("s=email", true)]
    [InlineData("s=other : email", true)]
    [InlineData("s=other", false)]
    [InlineData("s=", false)]
    public void The_service_must_be_mail(string tag, bool expected) => Assert.Equal(expected, KeyRecord.Parse(tag + "; p=AAAA").Value?.IsForEmail);

    [Theory]
    [InlineData("", "Missing 0 the required tag p= is missing (RFC 6376 section 3.6.1)")]
    [InlineData("k=rsa; ", "Missing 7 the required tag p= is missing (RFC 6376 section 3.6.1)")]
    [InlineData("k=rsa; v=DKIM1; p=AAAA", "Malformed 7 v= is not the first tag (RFC 6376 section 3.6.1)")]
    [InlineData("v=DKIM1; v=DKIM1; p=AAAA", "Duplicate 9 the tag v= appears more than once (RFC 6376 section 3.2)")]
    [InlineData(" v = DKIM2; p=AAAA", "Unsupported 5 v= is not DKIM1 (RFC 6376 section 3.6.1)")]
    [InlineData("v=DKIM1; p= AAA*", "Malformed 12 p= is not base64 (RFC 6376 section 3.6.1)")]
    [InlineData("v=DKIM1; p=AAAA; ;", "Malformed 17 a tag name must start with a letter (RFC 6376 section 3.2)")]
    public void An_error_has_its_code_and_place(string text, string expected)
    {
        var error = KeyRecord.Parse(text).Error!;
        Assert.Equal(expected, $"{error.Code} {error.Position} {error.Reason}");
    }

    // All that a record says, in the order: type, hashes, octets, mail, TLS reports, test, exact domain.
    [Theory]
    [InlineData("p=AAEC", "rsa||000102|True|False|False|False")]
    [InlineData("p=", "rsa|||True|False|False|False")]
    [InlineData("k=; p=AAEC", "||000102|True|False|False|False")]
    [InlineData("k=Ed25519; p=AAEC", "ed25519||000102|True|False|False|False")]
    [InlineData("h=; p=AAEC", "rsa|,|000102|True|False|False|False")]
    [InlineData("h=SHA256; p=AAEC", "rsa|sha256,|000102|True|False|False|False")]
    [InlineData("h= a :\r\n b::c ; p=AAEC", "rsa|a,b,,c,|000102|True|False|False|False")]
    [InlineData("s=email; p=AAEC", "rsa||000102|True|False|False|False")]
    [InlineData("s=EMAIL; p=AAEC", "rsa||000102|True|False|False|False")]
    [InlineData("s=*; p=AAEC", "rsa||000102|True|False|False|False")]
    [InlineData("s=tlsrpt; p=AAEC", "rsa||000102|False|True|False|False")]
    [InlineData("s=TLSRPT:*; p=AAEC", "rsa||000102|True|True|False|False")]
    [InlineData("s=email:tlsrpt; p=AAEC", "rsa||000102|True|True|False|False")]
    [InlineData("s=; p=AAEC", "rsa||000102|False|False|False|False")]
    [InlineData("s=emails:**; p=AAEC", "rsa||000102|False|False|False|False")]
    [InlineData("t=y; p=AAEC", "rsa||000102|True|False|True|False")]
    [InlineData("t=s; p=AAEC", "rsa||000102|True|False|False|True")]
    [InlineData("t=S : Y; p=AAEC", "rsa||000102|True|False|True|True")]
    [InlineData("t=; p=AAEC", "rsa||000102|True|False|False|False")]
    [InlineData("t=ys:sy; p=AAEC", "rsa||000102|True|False|False|False")]
    [InlineData("H=x; K=x; S=x; T=y; V=2; P=*; p=AAEC", "rsa||000102|True|False|False|False")]
    [InlineData("n=1; N=2; g=*; p=AAEC", "rsa||000102|True|False|False|False")]
    public void A_record_says_no_more_than_its_tags(string text, string expected)
    {
        var record = KeyRecord.Parse(text).Value!;
        Assert.Equal(expected, string.Join(
            '|', record.KeyType, string.Concat(record.HashAlgorithms.Select(static hash => hash + ",")), Convert.ToHexString(record.PublicKey.AsSpan()), record.IsForEmail,
            record.IsForTlsReports, record.IsTesting, record.RequiresExactDomain));
        Assert.Equal((text, record.PublicKey.IsEmpty), (record.Text, record.IsRevoked));
        Assert.Equal(text.Split(';').Select(static tag => tag.Split('=')[0].Trim()), record.Tags.Select(static tag => tag.Name));
    }

    [Theory]
    [InlineData("p=", "KeyRevoked", "the key is revoked: p= is empty (RFC 6376 section 3.6.1)")]
    [InlineData("k=dsa; p=", "KeyRevoked", "the key is revoked: p= is empty (RFC 6376 section 3.6.1)")]
    [InlineData("k=dsa; p=AAAA", "KeyTypeMismatch", "the key record names an unknown key type in k= (RFC 6376 section 3.6.1)")]
    [InlineData("p=AAAA", "KeySyntax", "the key record is malformed: p= is not an RSA public key (RFC 6376 section 3.6.1)")]
    [InlineData("k=ed25519; p=AAAA", "KeySyntax", "the key record is malformed: p= holds 3 octets where an Ed25519 key has 32 (RFC 8463 section 4)")]
    public void A_key_that_is_none_has_a_defect(string text, string reason, string expected)
    {
        var record = KeyRecord.Parse(text).Value!;
        Assert.Equal((0, expected), (record.KeyBits, record.KeyDefect));
        var key = VerificationKey.Parse(text);
        Assert.Equal((reason, expected, 0, text), (key.Fault?.Reason.ToString(), key.Fault?.Text, key.Bits, key.Record?.Text));
        Assert.False(key.Verify(SignatureHash.Sha256, new byte[32], new byte[64]));
        Assert.Equal(default, key.Open(SignatureHash.Sha256, new byte[64]));
        Assert.Same(record.VerificationKey, record.VerificationKey);
    }

    [Fact]
    public void A_record_that_cannot_be_read_has_no_key()
    {
        var key = VerificationKey.Parse("k=rsa");
        Assert.Equal(
            (null, 0, SignatureReason.KeySyntax, "the key record is malformed: the required tag p= is missing (RFC 6376 section 3.6.1)"),
            (key.Record, key.Bits, key.Fault?.Reason, key.Fault?.Text));
    }

    [Fact]
    public void A_key_that_is_one_has_its_bits_and_no_defect()
    {
        var (rsa, edwards) = (KeyRecord.Parse(EmailAuth.Tests.Dkim.TestSigner.Rsa2048.Record).Value!, KeyRecord.Parse(EmailAuth.Tests.Dkim.TestSigner.Ed25519.Record).Value!);
        Assert.Equal((2048, null, 256, null), (rsa.KeyBits, rsa.KeyDefect, edwards.KeyBits, edwards.KeyDefect));
        Assert.Same(rsa, rsa.VerificationKey.Record);
        Assert.Same(edwards, edwards.VerificationKey.Record);
    }

    [Property(MaxTest = 500)]
    public bool No_text_makes_parsing_throw(string? text)
    {
        _ = KeyRecord.Parse(text ?? string.Empty);
        _ = VerificationKey.Parse("v=DKIM1; p=" + text);
        _ = VerificationKey.Parse("v=DKIM1; k=ed25519; p=" + text);
        return true;
    }

    [Property(MaxTest = 500)]
    public bool No_octets_make_a_key_throw(byte[]? octets)
    {
        _ = VerificationKey.Parse("p=" + Convert.ToBase64String(octets ?? [])).Verify(SignatureHash.Sha256, new byte[32], new byte[256]);
        return true;
    }
}
