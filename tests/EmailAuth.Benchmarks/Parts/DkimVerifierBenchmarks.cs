using BenchmarkDotNet.Attributes;
using EmailAuth.Signatures;
using MimeKit;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>One message, RSA-2048, relaxed/relaxed, the key's answer at hand: beside the bare arithmetic and MimeKit's verifier.</summary>
[MemoryDiagnoser]
public class DkimVerifierBenchmarks
{
    private DkimSample _sample = null!;
    private BareSignature _bare = null!;
    private global::MimeKit.Cryptography.DkimVerifier _mimeKit = null!;

    [Params(10 * 1024, 5 * 1024 * 1024)]
    public int BodyBytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _sample = new DkimSample(BodyBytes);
        _bare = BareSignature.Of(_sample.Rsa);
        _mimeKit = new global::MimeKit.Cryptography.DkimVerifier(_sample);
        if (Verify() != SignatureResultCode.Pass || !MimeKitVerifies())
        {
            throw new InvalidOperationException("The sample does not verify.");
        }
    }

    /// <summary>One pass over the bytes, their SHA-256, and one RSA verification with an imported key.</summary>
    [Benchmark(Baseline = true)]
    public int Arithmetic() => _bare.PassHashAndVerify(_sample.Message);

    [Benchmark]
    public SignatureResultCode Verify()
    {
        // A resolver in memory answers at once, so that there is nothing to wait for.
        var results = _sample.Verifier.VerifyAsync(_sample.Message, CancellationToken.None);
        return results.IsCompletedSuccessfully ? results.Result.Code : throw new InvalidOperationException("Something waited.");
    }

    [Benchmark]
    public bool MimeKitVerifies()
    {
        using var stream = new MemoryStream(_sample.Message, writable: false);
        var message = MimeMessage.Load(stream);
        return _mimeKit.Verify(message, message.Headers[message.Headers.IndexOf(HeaderId.DkimSignature)]);
    }
}
