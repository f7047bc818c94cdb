using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>How many signatures are checked, how much of a header is read, and which limits can be set.</summary>
public partial class DkimVerifierTests
{
    [Fact]
    public async Task Of_many_signatures_ten_are_checked_and_that_of_the_author_domain_goes_first()
    {
        var text = Encoding.Latin1.GetString(Signer.Sign(Text));
        var resolver = new ScriptedResolver(Signer.Resolver());
        var results = await new DkimVerifier(resolver).VerifyAsync(TestSigner.Bytes(OtherSignatures(text) + text), Cancellation);

        Assert.Equal(21, results.Signatures.Length);
        AssertPass(results.Signatures[^1]);
        Assert.Equal(9, results.Signatures.Count(result => result.Code == SignatureResultCode.PermError));
        Assert.All(results.Signatures[9..^1], result =>
        {
            Assert.Equal(SignatureResultCode.Policy, result.Code);
            Assert.Contains("not checked", result.Reason, StringComparison.Ordinal);
        });
        Assert.Equal(SignatureResultCode.Pass, results.Code);
        Assert.Equal(10, resolver.Names.Length);
    }

    // A domain above or below the author's may align, too (RFC 9989 section 4.4).
    [Theory]
    [InlineData("joe@example.com", "example.com", true)]
    [InlineData("joe@mail.example.com", "example.com", true)]
    [InlineData("joe@example.com", "mail.example.com", true)]
    [InlineData("joe@example.com", "example.org", false)]
    [InlineData("joe@badexample.com", "example.com", false)]
    [InlineData("joe@example.com, ann@example.org", "example.com", false)] // no one author domain, nobody to prefer
    public async Task Which_signature_goes_first_depends_on_From(string author, string signer, bool isChecked)
    {
        var text = Encoding.Latin1.GetString(Signer.Sign(Text));
        var signature = text[..text.IndexOf("From:", StringComparison.Ordinal)].Replace("d=example.com", $"d={signer}", StringComparison.Ordinal);
        var message = $"{OtherSignatures(text)}{signature}From: {author}\r\n\r\nHi\r\n";
        var results = await new DkimVerifier(Signer.Resolver()).VerifyAsync(TestSigner.Bytes(message), Cancellation);
        Assert.Equal(!isChecked, results.Signatures[^1].Code == SignatureResultCode.Policy);
        Assert.Equal(11, results.Signatures.Count(result => result.Code == SignatureResultCode.Policy));
    }

    private static string OtherSignatures(string signed)
    {
        var field = signed[..signed.IndexOf("From:", StringComparison.Ordinal)];
        return string.Concat(Enumerable.Range(0, 20).Select(i => field.Replace("d=example.com", $"d=d{i}.example", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_malformed_signature_takes_no_place_among_those_checked()
    {
        var text = Encoding.Latin1.GetString(Signer.Sign(Text));
        var result = await new DkimVerifier(Signer.Resolver()).VerifyAsync(
            TestSigner.Bytes(string.Concat(Enumerable.Repeat("DKIM-Signature: v=1; nonsense\r\n", 1000)) + text), Cancellation);
        AssertPass(result.Signatures[^1]);
        Assert.Equal(1000, result.Signatures.Count(one => one.Code == SignatureResultCode.PermError));
    }

    [Fact]
    public async Task A_header_past_its_limit_is_a_permerror_with_the_limit_named()
    {
        var message = TestSigner.Bytes(string.Concat(Enumerable.Repeat("X: y\r\n", 10_001))).Concat(Signer.Sign(Text)).ToArray();
        var result = await Verify(message, Signer.Resolver());
        Assert.Equal(SignatureResultCode.PermError, result.Code);
        Assert.Contains("MaxHeaderFields", result.Reason, StringComparison.Ordinal);

        var wide = await Verify([.. TestSigner.Bytes("X: " + new string('y', 2_000_000)), .. "\r\n"u8, .. Signer.Sign(Text)], Signer.Resolver());
        Assert.Contains("MaxHeaderBytes", wide.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_without_a_limit_is_read_to_its_end()
    {
        var message = Signer.Sign($"X: {new string('x', 20_000)}\r\n{Header}\r\nHi\r\n");
        var verifier = new DkimVerifier(Signer.Resolver(), new DkimOptions { MessageLimits = new MessageLimits { MaxHeaderBytes = int.MaxValue, MaxHeaderFields = int.MaxValue } });
        AssertPass(Assert.Single((await verifier.VerifyAsync(message, Cancellation)).Signatures));
        await using var stream = new ChunkedStream(message, 1000);
        AssertPass(Assert.Single((await verifier.VerifyAsync(stream, Cancellation)).Signatures));
    }

    [Fact]
    public async Task Forty_keys_named_by_eighty_signatures_are_asked_for_once_each()
    {
        var resolver = new ScriptedResolver(Signer.Resolver());
        var field = Encoding.Latin1.GetString(Signer.Sign(Text))[..^Text.Length];
        var message = TestSigner.Bytes(string.Concat(Enumerable.Range(0, 80).Select(i => field.Replace(" s=s;", $" s=s{i % 40};", StringComparison.Ordinal))) + Text);
        var results = await new DkimVerifier(resolver, new DkimOptions { MaxSignatures = 1000 }).VerifyAsync(message, Cancellation);
        Assert.Equal(80, results.Signatures.Length);
        Assert.All(results.Signatures, result => Assert.Contains("no TXT record", result.Reason, StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"s{i}._domainkey.example.com"), resolver.Names);
    }

    [Fact]
    public void Options_that_go_below_rfc_8301_want_an_explicit_switch()
    {
        var resolver = Signer.Resolver();
        Assert.Throws<ArgumentException>(() => new DkimVerifier(resolver, new DkimOptions { MinRsaBits = 512 }));
        Assert.Throws<ArgumentException>(() => new DkimVerifier(resolver, new DkimOptions { AllowRsaSha1 = true }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DkimOptions { MinRsaBits = 511 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DkimOptions { MaxSignatures = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DkimOptions { ExpiredResult = SignatureResultCode.Pass });
        Assert.Throws<ArgumentException>(() => new DkimOptions { RequiredOversignedFields = ["a b"] });
        Assert.Throws<ArgumentNullException>(() => new DkimVerifier(null!));
        _ = new DkimVerifier(resolver, new DkimOptions { MinRsaBits = 512, IsForArchives = true });
    }
}
