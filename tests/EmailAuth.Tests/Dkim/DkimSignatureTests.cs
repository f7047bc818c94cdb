using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Dkim;

public class DkimSignatureTests
{
    private const string BodyHash = "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=";

    private const string Minimal = "v=1; a=rsa-sha256; d=example.com; s=brisbane; h=from; bh=" + BodyHash + "; b=AAAA";

    // RFC 6376 section 3.5 closes with this field, without bh= there (its hash is a placeholder).
    [Fact]
    public void The_example_of_section_3_5_is_read()
    {
        var signature = Parse(
            " v=1; a=rsa-sha256; d=example.net; s=brisbane;\r\n   c=simple; q=dns/txt; i=@eng.example.net;\r\n   t=1117574938; x=1118006938;\r\n"
            + "   h=from:to:subject:date;\r\n   z=From:foo@eng.example.net|To:joe@example.com|\r\n    Subject:demo=20run|Date:July=205,=202005=203:44:08=20PM=20-0700;\r\n"
            + "   bh=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=;\r\n   b=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZ\r\n    VoG4ZHRNiYzR");
        Assert.Equal(("example.net", "brisbane", "@eng.example.net"), (signature.Domain.ToString(), signature.Selector, signature.Identity));
        Assert.Equal("eng.example.net", signature.IdentityDomain.ToString());
        Assert.Equal("brisbane._domainkey.example.net", signature.KeyName.ToString());
        Assert.Equal((SignatureCanonicalization.Simple, SignatureCanonicalization.Simple), (signature.HeaderCanonicalization, signature.BodyCanonicalization));
        Assert.Equal(["from", "to", "subject", "date"], signature.FieldNames);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1117574938), signature.SignedAt);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1118006938), signature.ExpiresAt);
        Assert.Equal("12345678901234567890123456789012", Encoding.ASCII.GetString(signature.BodyHash.AsSpan()));
        Assert.Equal(48, signature.SignatureValue.Length);
        Assert.Null(signature.BodyLength);
    }

    [Theory]
    [InlineData("c=relaxed; ", "relaxed/simple")] // the body's half defaults to simple
    [InlineData("c=relaxed/relaxed; ", "relaxed/relaxed")]
    [InlineData("c=simple/relaxed; ", "simple/relaxed")]
    [InlineData("", "simple/simple")]
    public void Canonicalization_defaults_to_simple(string tag, string expected)
    {
        var signature = Parse(tag + Minimal);
        Assert.Equal(expected, signature.Canonicalization);
    }

    [Theory]
    [InlineData(Minimal + ";")] // one semicolon may end the list
    [InlineData(" \t" + Minimal + "\r\n ; ")]
    [InlineData("\r\n\tv\r\n\t=\r\n\t1\r\n\t;a = rsa-sha256 ;d = example.com ;s = brisbane ;h = from\r\n\t:\r\n\tto ;bh = 2jUSOH9NhtVGCQWNr9BrI\r\n\tAPreKQjO6Sn7XIkfJVOzv8 = ;b = A A\r\n\tA A")] // white space wherever it may stand
    [InlineData("future=x y z; " + Minimal)] // unknown tags are ignored
    [InlineData("V=2; " + Minimal)] // tag names are case-sensitive: V is an unknown tag
    [InlineData(Minimal + "; i=@sub.example.com")]
    [InlineData(Minimal + "; i=@EXAMPLE.com")]
    [InlineData(Minimal + "; z=anything at all, malformed as it may be")] // section 3.5: for diagnosis alone (erratum 4810)
    [InlineData(Minimal + "; q=other/x : dns/txt")]
    [InlineData(Minimal + "; q=dns/txt")]
    [InlineData(Minimal + "; l=0")]
    [InlineData(Minimal + "; t=0; x=1")]
    [InlineData(Minimal + "; x=999999999999")] // twelve digits are past the year 9999
    [InlineData(Minimal + "; future=")] // a tag's value may be empty
    public void What_the_grammar_allows_is_read(string value) => Assert.Equal("example.com", Parse(value).Domain.ToString());

    [Theory]
    [InlineData("", "a= is missing")]
    [InlineData("a=rsa-sha256; d=example.com; s=s; h=from; bh=" + BodyHash + "; b=AAAA", "v= is missing")]
    [InlineData("v=1; d=example.com; s=s; h=from; bh=" + BodyHash + "; b=AAAA", "a= is missing")]
    [InlineData("v=1; a=rsa-sha256; s=s; h=from; bh=" + BodyHash + "; b=AAAA", "d= is missing")]
    [InlineData("v=1; a=rsa-sha256; d=example.com; h=from; bh=" + BodyHash + "; b=AAAA", "s= is missing")]
    [InlineData("v=1; a=rsa-sha256; d=example.com; s=s; bh=" + BodyHash + "; b=AAAA", "h= is missing")]
    [InlineData("v=1; a=rsa-sha256; d=example.com; s=s; h=from; b=AAAA", "bh= is missing")]
    [InlineData("v=1; a=rsa-sha256; d=example.com; s=s; h=from; bh=" + BodyHash, "b= is missing")]
    [InlineData(Minimal + "; d=example.com", "d= appears more than once")] // section 3.2: also with the same value
    [InlineData(Minimal + "; y=1; y=2", "y= appears more than once")] // and when the tag is unknown
    [InlineData(Minimal + ";;", "must start with a letter")] // the list ends with one semicolon, not two
    [InlineData(Minimal + "; 1x=1", "must start with a letter")]
    [InlineData(Minimal + "; nonsense", "followed by \"=\"")]
    [InlineData(Minimal + "; \0=1", "control character")]
    [InlineData(Minimal + "; n=a\rb", "control character")] // a bare CR folds nothing
    [InlineData(Minimal + "; n=a\nb", "control character")]
    [InlineData(Minimal + "; n=a\r\nb", "control character")]
    [InlineData(Minimal + "; n=\u007f", "control character")]
    [InlineData(Minimal + "; c=simple/", "unknown canonicalization")]
    [InlineData(Minimal + "; c=nofws", "unknown canonicalization")]
    [InlineData(Minimal + "; c=relaxed/relaxed/relaxed", "unknown canonicalization")]
    [InlineData(Minimal + "; l=", "l= is not a number")]
    [InlineData(Minimal + "; l=-1", "l= is not a number")]
    [InlineData(Minimal + "; l=1 0", "l= is not a number")]
    [InlineData(Minimal + "; t=", "t= is not a number")]
    [InlineData(Minimal + "; t=1234567890123", "t= is not a number")] // 13 digits
    [InlineData(Minimal + "; t=+1", "t= is not a number")]
    [InlineData(Minimal + "; x=1.5", "x= is not a number")]
    [InlineData(Minimal + "; t=100; x=100", "x= is not later than t=")]
    [InlineData(Minimal + "; t=100; x=99", "x= is not later than t=")]
    [InlineData(Minimal + "; q=dns/other", "no known query method")]
    [InlineData(Minimal + "; q=", "no known query method")]
    [InlineData(Minimal + "; i=example.com", "i= is not")] // without "@"
    [InlineData(Minimal + "; i=", "i= is not")]
    [InlineData(Minimal + "; i=joe=4", "i= is not")] // half a hex octet
    [InlineData(Minimal + "; i=joe=00@example.com", "i= is not")]
    [InlineData(Minimal + "; i==01joe@example.com", "i= is not")] // a control character is not allowed as the first one either
    [InlineData(Minimal + "; i=joe=0D=0AX:y@example.com", "i= is not")] // no header injection
    [InlineData(Minimal + "; i=@example.org", "neither d= (example.com) nor below it")]
    [InlineData(Minimal + "; i=@notexample.com", "neither d= (example.com) nor below it")]
    [InlineData(Minimal + "; i=@com", "neither d= (example.com) nor below it")]
    [InlineData(Minimal + "; i=@example.com@example.org", "neither d= (example.com) nor below it")]
    public void What_the_grammar_forbids_says_why(string value, string reason) => AssertError(value, reason);

    [Theory]
    [InlineData("v=1", "v=2", "v= is not 1")]
    [InlineData("v=1", "v=01", "v= is not 1")]
    [InlineData("v=1", "v=", "v= is not 1")]
    [InlineData("a=rsa-sha256", "a=rsa-sha512", "unknown algorithm")]
    [InlineData("a=rsa-sha256", "a=", "unknown algorithm")]
    [InlineData("d=example.com", "d=", "d= is not a domain name")]
    [InlineData("d=example.com", "d=com", "single label")] // domain-name = sub-domain 1*("." sub-domain)
    [InlineData("d=example.com", "d=example.com.", "d= is not a domain name")]
    [InlineData("d=example.com", "d=.example.com", "d= is not a domain name")]
    [InlineData("d=example.com", "d=exam ple.com", "d= is not a domain name")]
    [InlineData("d=example.com", "d=exam=70le.com", "d= is not a domain name")] // quoted-printable is for i=, z= and n= (erratum 5070)
    [InlineData("d=example.com", "d=\"example.com\"", "d= is not a domain name")]
    [InlineData("d=example.com", "d=example.com(.example.org", "d= is not a domain name")]
    [InlineData("d=example.com", "d=example.com%00.example.org", "d= is not a domain name")]
    [InlineData("s=brisbane", "s=", "s= is not a selector")]
    [InlineData("s=brisbane", "s=a..b", "s= is not a selector")]
    [InlineData("s=brisbane", "s=x._domainkey.attacker.example\0.", "control character")]
    [InlineData("s=brisbane", "s=a/b", "s= is not a selector")]
    [InlineData("h=from", "h=", "empty field name")]
    [InlineData("h=from", "h=from:", "empty field name")]
    [InlineData("h=from", "h=from::to", "empty field name")]
    [InlineData("h=from", "h=from to", "a field name cannot have")] // h= with a space inside a name; errata or not, no field is so named
    [InlineData("h=from", "h=fr\u00f6m:from", "a field name cannot have")]
    [InlineData("h=from", "h=to:subject", "does not name From")]
    [InlineData("b=AAAA", "b=", "b= is empty")]
    [InlineData("b=AAAA", "b=AAA*", "b= is not base64")]
    [InlineData("b=AAAA", "b=A", "b= is not base64")]
    [InlineData("b=AAAA", "b=AA=A", "b= is not base64")]
    [InlineData("b=AAAA", "b=AAAA====", "b= is not base64")]
    [InlineData("bh=" + BodyHash, "bh=AAAA", "bh= holds 3 octets")]
    public void A_malformed_value_says_why(string what, string by, string reason) =>
        AssertError(Minimal.Replace(what, by, StringComparison.Ordinal), reason);

    [Fact]
    public void An_error_says_where()
    {
        var error = DkimSignature.Parse("v=1; a=x; d=example.com").Error;
        Assert.Equal(7, error?.Position);
    }

    [Theory]
    [InlineData("i=joe=40home@example.com", "joe@home@example.com")] // the last "@" divides
    [InlineData("i=jlong=40example.com", "jlong@example.com")] // decoded before it is compared with d=
    [InlineData("i=jo\r\n\te@exam\r\n ple.com", "joe@example.com")] // white space in quoted-printable is nothing
    [InlineData("i=a=3Bb@example.com", "a;b@example.com")]
    [InlineData("i=m=C3=BCller@example.com", "m\u00fcller@example.com")]
    [InlineData("i=@example.com", "@example.com")]
    public void The_identity_is_decoded_from_quoted_printable(string tag, string identity) =>
        Assert.Equal(identity, Parse(Minimal + "; " + tag).Identity);

    [Fact]
    public void Padding_may_be_missing() =>
        Assert.Equal(32, Parse(Minimal.Replace(BodyHash, BodyHash.TrimEnd('='), StringComparison.Ordinal)).BodyHash.Length);

    [Theory]
    [InlineData("1", 1L)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000000000000012", 12L)] // 76 digits
    [InlineData("9999999999999999999999999999999999999999999999999999999999999999999999999999", long.MaxValue)]
    public void A_length_has_up_to_76_digits(string digits, long length)
    {
        Assert.Equal(length, Parse(Minimal + "; l=" + digits).BodyLength);
        AssertError(Minimal + "; l=" + new string('0', 77), "l= is not a number");
    }

    [Theory]
    [InlineData("d=b\u00fccher.example; s=\u00fcber; i=joe@mail.b\u00fccher.example", "xn--ber-goa._domainkey.xn--bcher-kva.example")] // RFC 8616 section 4: U-labels
    [InlineData("d=xn--bcher-kva.example; s=xn--ber-goa; i=joe@mail.b\u00fccher.example", "xn--ber-goa._domainkey.xn--bcher-kva.example")] // mixed forms are the same name
    [InlineData("d=EXAMPLE.com; s=BRISBANE", "brisbane._domainkey.example.com")]
    [InlineData("d=example.com; s=a.b.c", "a.b.c._domainkey.example.com")] // a selector may have several labels
    public void Names_are_compared_and_asked_for_as_a_labels(string tags, string keyName)
    {
        var value = "v=1; a=rsa-sha256; h=from; bh=" + BodyHash + "; b=AAAA; " + tags;
        Assert.Equal(keyName, Parse(value).KeyName.ToString());
        var raw = DkimSignature.Parse(Encoding.UTF8.GetBytes(value), AlgorithmTable.Default, out _, out _);
        Assert.Equal(keyName, raw.Value?.KeyName.ToString());
    }

    [Fact]
    public void A_key_name_that_would_be_too_long_is_an_error()
    {
        var label = new string('a', 60);
        AssertError(Minimal.Replace("example.com", $"{label}.{label}.{label}.{label}", StringComparison.Ordinal), "more than 253");
    }

    [Fact]
    public void Octets_that_are_no_utf_8_make_no_name()
    {
        var raw = DkimSignature.Parse(TestSigner.Bytes(Minimal.Replace("example.com", "ex\u00e4mple.com", StringComparison.Ordinal)), AlgorithmTable.Default, out _, out _);
        Assert.Contains("d= is not a domain name", raw.Error?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_be_read_of_a_malformed_field_is_told()
    {
        var raw = DkimSignature.Parse("v=1; d=example.com; s=x; a=nonsense; b=;"u8, AlgorithmTable.Default, out var domain, out var selector);
        Assert.False(raw.IsSuccess);
        Assert.Equal(("example.com", "x"), (domain?.ToString(), selector));
    }

    [Property(MaxTest = 500)]
    public bool No_text_makes_parsing_throw(string? text)
    {
        _ = DkimSignature.Parse(text ?? string.Empty);
        _ = DkimSignature.Parse(Minimal + ";" + text);
        return true;
    }

    [Property(MaxTest = 300)]
    public bool One_character_exchanged_never_makes_parsing_throw(ushort position, char by)
    {
        var index = position % Minimal.Length;
        _ = DkimSignature.Parse(string.Concat(Minimal.AsSpan(0, index), [by], Minimal.AsSpan(index + 1)));
        return true;
    }

    private static DkimSignature Parse(string value)
    {
        var parsed = DkimSignature.Parse(value);
        Assert.True(parsed.IsSuccess, parsed.Error?.ToString());
        return parsed.Value;
    }

    private static void AssertError(string value, string reason)
    {
        var parsed = DkimSignature.Parse(value);
        Assert.False(parsed.IsSuccess, "It was read.");
        Assert.Contains(reason, parsed.Error.Reason, StringComparison.Ordinal);
        Assert.InRange(parsed.Error.Position, 0, value.Length);
    }
}
