using System.Reflection;
using System.Security.Cryptography;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Cryptography;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.Arc;
using EmailAuth.Tests.Bimi;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Cryptography;

/// <summary>
/// What is said where OpenSSL cannot be used. <c>WithoutOpenSslTests</c> start the command without it; here only what was found out about it is
/// set, after what asks for it again is made. Runs alone: what it sets is that of the process.
/// </summary>
[Collection("PlatformCryptographyAgainTests")]
public sealed class PlatformFaultTests : IDisposable
{
    private const string Why = "OpenSSL cannot be used";

    private static readonly FieldInfo IsUsable = Field("_isUsable");
    private static readonly FieldInfo Fault = Field("_fault");
    private static readonly FieldInfo Detail = Field("_detail");

    public PlatformFaultTests() => Assert.Null(PlatformCryptography.Probe());

    public void Dispose()
    {
        IsUsable.SetValue(null, true);
        Fault.SetValue(null, null);
        Detail.SetValue(null, null);
    }

    [Fact]
    public async Task A_chain_fails_and_each_of_its_signatures_may_hold_another_time()
    {
        var message = TestSigner.Bytes(ArcPlainSigner.Seal(ArcPlainSigner.Seal(ArcSamples.Message, "mx.example.net; none"), "mx.example.net; none"));
        var resolver = new ScriptedResolver(ArcSamples.Resolver());
        var verifier = new ArcVerifier(resolver);
        Break();
        var result = await verifier.VerifyAsync(message, TestContext.Current.CancellationToken);
        Assert.Equal((ArcResultCode.Fail, "platform_fault", 2, 0), (result.Code, result.ReasonCode, result.Sets.Length, resolver.AskedCount));
        Assert.All(result.Sets, static set =>
        {
            Assert.Equal((SignatureResultCode.TempError, "cannot verify: " + Why), (set.SealResult.Code, set.SealResult.Reason));
            Assert.Equal((SignatureResultCode.TempError, "cannot verify: " + Why), (set.MessageSignatureResult.Code, set.MessageSignatureResult.Reason));
        });
    }

    [Fact]
    public void A_sealer_is_not_made_of_a_key_in_text()
    {
        var key = TestSigner.Rsa2048.Pem;
        Break();
        var thrown = Assert.Throws<CryptographicException>(() => new ArcSealer(key, new ArcSealerOptions { Domain = ArcSamples.Domain(1), Selector = "s" }));
        Assert.Equal("no libssl.so.3", thrown.Message);
    }

    [Fact]
    public async Task A_logo_is_not_fetched()
    {
        var zone = new Zone().Add("default._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://images.example/logo.svg");
        using var evaluator = new BimiEvaluator(new ZoneResolver(zone), new BimiOptions { RetrieveIndicator = true });
        Break();
        var result = await evaluator.EvaluateAsync(BimiRequests.Passing, TestContext.Current.CancellationToken);
        Assert.Equal((BimiResultCode.TempError, "platform_fault", "cannot verify: " + Why), (result.Code, result.ReasonCode, result.Reason));
    }

    [Fact]
    public void A_logo_is_not_read()
    {
        Break();
        var error = BimiIndicator.Read("<svg/>"u8.ToArray()).Error;
        Assert.NotNull(error);
        Assert.Equal((SyntaxErrorCode.Unsupported, 0, "the indicator cannot be hashed: " + Why), (error.Code, error.Position, error.Reason));
    }

    [Fact]
    public void A_mark_certificate_is_not_verified()
    {
        using var authority = new MarkAuthority();
        var document = authority.Issue(new MarkLeaf("<svg/>"u8.ToArray()));
        var options = new BimiOptions { MarkRoots = [authority.Root] };
        Break();
        var problem = Assert.Single(MarkCertificate.Verify(document, [ArcSamples.Domain(1)], "default", options).Problems);
        Assert.Equal($"unreadable the evidence cannot be verified: {Why}", $"{problem.Code} {problem}");
    }

    private static void Break()
    {
        Fault.SetValue(null, Why);
        Detail.SetValue(null, "no libssl.so.3");
        IsUsable.SetValue(null, false);
    }

    private static FieldInfo Field(string name) => typeof(PlatformCryptography).GetField(name, BindingFlags.NonPublic | BindingFlags.Static)!;
}
