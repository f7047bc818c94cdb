using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>The options of a verifier, and what only DKIM's own field has.</summary>
public class DkimOptionsTests
{
    private const string Tags = "v=1; a=rsa-sha256; d=example.com; s=s; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA";

    [Fact]
    public void They_have_their_defaults_and_ranges()
    {
        var standard = DkimOptions.Default;
        Assert.Equal((10, SignatureResultCode.PermError, false, TestingKeys.Count, false, false), (standard.MaxSignatures, standard.ExpiredResult, standard.AcceptUnsignedCopies, standard.TestingKeys, standard.AcceptTlsReportKeys, standard.AdmitsTlsReportKeys));
        Assert.Empty(standard.RequiredOversignedFields);
        Assert.Equal((1, 1000), (new DkimOptions { MaxSignatures = 1 }.MaxSignatures, new DkimOptions { MaxSignatures = 1000 }.MaxSignatures));
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new DkimOptions { MaxSignatures = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new DkimOptions { MaxSignatures = 1001 });
        Assert.True(new DkimOptions { AcceptTlsReportKeys = true }.AdmitsTlsReportKeys);
        foreach (var code in Enum.GetValues<SignatureResultCode>().Append((SignatureResultCode)99))
        {
            if (code is SignatureResultCode.PermError or SignatureResultCode.Fail or SignatureResultCode.Policy or SignatureResultCode.Neutral)
            {
                Assert.Equal(code, new DkimOptions { ExpiredResult = code }.ExpiredResult);
            }
            else
            {
                Assert.StartsWith("An expired signature must not pass, and must be reported.", Assert.Throws<ArgumentOutOfRangeException>("value", () => new DkimOptions { ExpiredResult = code }).Message, StringComparison.Ordinal);
            }
        }

        Assert.Equal((TestingKeys.Ignore, TestingKeys.Count), (new DkimOptions { TestingKeys = TestingKeys.Ignore }.TestingKeys, new DkimOptions { TestingKeys = TestingKeys.Count }.TestingKeys));
        Assert.StartsWith("Signatures of testing keys count or are ignored.", Assert.Throws<ArgumentOutOfRangeException>("value", () => new DkimOptions { TestingKeys = (TestingKeys)2 }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_must_be_signed_twice_has_the_characters_of_a_name()
    {
        for (var c = '\0'; c < 0x100; c++)
        {
            if (c is > ' ' and <= '~' and not ':')
            {
                Assert.Equal(["from", $"x{char.ToLowerInvariant(c)}"], new DkimOptions { RequiredOversignedFields = ["From", $"X{c}"] }.RequiredOversignedFields);
            }
            else
            {
                Assert.StartsWith("Not a field name (RFC 5322 section 2.2).", Assert.Throws<ArgumentException>("value", () => new DkimOptions { RequiredOversignedFields = ["From", $"X{c}"] }).Message, StringComparison.Ordinal);
            }
        }

        Assert.Throws<ArgumentException>("value", () => new DkimOptions { RequiredOversignedFields = [""] });
        Assert.Throws<ArgumentException>("value", () => new DkimOptions { RequiredOversignedFields = [null!] });
        Assert.Empty(new DkimOptions { RequiredOversignedFields = default }.RequiredOversignedFields);
    }

    [Theory]
    [InlineData("i=x", SyntaxErrorCode.Malformed, "i= is not an optional local part, \"@\" and a domain (RFC 6376 section 3.5)")]
    [InlineData("i=", SyntaxErrorCode.Malformed, "i= is not an optional local part, \"@\" and a domain (RFC 6376 section 3.5)")]
    [InlineData("i=a=4@example.com", SyntaxErrorCode.Malformed, "i= is not an optional local part, \"@\" and a domain (RFC 6376 section 3.5)")]
    [InlineData("i=a@exam_ple..com", SyntaxErrorCode.Malformed, "the domain of i= is not valid: ")]
    [InlineData("i=@", null, "the domain of i= is not valid: ")]
    [InlineData("i=@com", SyntaxErrorCode.Inconsistent, "the domain of i= (com) is neither d= (example.com) nor below it (RFC 6376 section 6.1.1)")]
    [InlineData("v=1; i=@x.org", SyntaxErrorCode.Inconsistent, "the domain of i= (x.org) is neither d= (example.com) nor below it (RFC 6376 section 6.1.1)")]
    public void A_malformed_identity_says_where(string tag, SyntaxErrorCode? code, string reason)
    {
        var text = tag.StartsWith('v') ? $"{tag}; {Tags[5..]}" : $"{Tags}; {tag}";
        var error = DkimSignature.Parse(text).Error!;
        Assert.StartsWith(reason, error.Reason, StringComparison.Ordinal);
        Assert.Equal(text.IndexOf("i=", StringComparison.Ordinal) + 2, error.Position);
        Assert.True(code is null || code == error.Code, error.Code.ToString());
    }

    [Fact]
    public void A_local_part_has_no_control_characters()
    {
        for (var octet = 0; octet < 0x80; octet++)
        {
            var parsed = DkimSignature.Parse($"{Tags}; i=a={octet:X2}b@x.example.com");
            Assert.Equal(octet is >= ' ' and < 0x7f, parsed.IsSuccess);
            if (parsed.IsSuccess)
            {
                Assert.Equal(($"a{(char)octet}b@x.example.com", $"a={octet:X2}b@x.example.com", "x.example.com"), (parsed.Value.Identity, parsed.Value.EncodedIdentity, parsed.Value.IdentityDomain.ToString()));
            }
        }
    }

    [Fact]
    public void Of_a_field_without_an_identity_the_domain_counts()
    {
        var signature = DkimSignature.Parse(Tags).Value!;
        Assert.Equal((null, null, true, "simple/simple"), (signature.Identity, signature.EncodedIdentity, ReferenceEquals(signature.Domain, signature.IdentityDomain), signature.Canonicalization));
        var same = DkimSignature.Parse(Tags + "; i= joe@ Example.com").Value!;
        Assert.Equal(("joe@Example.com", "joe@Example.com", true), (same.Identity, same.EncodedIdentity, ReferenceEquals(same.Domain, same.IdentityDomain)));
        foreach (var version in new[] { "", "2", "1.0", "11", "one" })
        {
            var error = DkimSignature.Parse(Tags.Replace("v=1", $"v={version}", StringComparison.Ordinal)).Error!;
            Assert.Equal((SyntaxErrorCode.Unsupported, 0, "v= is not 1 (RFC 6376 section 3.5)"), (error.Code, error.Position, error.Reason));
        }

        Assert.Same(DkimSignature.UnsignedFrom, DkimSignature.Parse(Tags.Replace("h=from", "h=to", StringComparison.Ordinal)).Error);
        Assert.Equal((SyntaxErrorCode.Missing, 0, "h= does not name From (RFC 6376 section 5.4)"), (DkimSignature.UnsignedFrom.Code, DkimSignature.UnsignedFrom.Position, DkimSignature.UnsignedFrom.Reason));
    }
}
