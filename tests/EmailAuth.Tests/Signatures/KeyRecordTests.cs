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
