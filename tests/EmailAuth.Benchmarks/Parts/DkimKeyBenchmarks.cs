using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using EmailAuth.Signatures;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>
/// A key from its record to a verified signature: the first time, beside import and verification alone, and later, when it is kept, beside
/// the verification alone.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class DkimKeyBenchmarks
{
    private readonly KeyCache _kept = new(SignatureOptions.Default);
    private BareSignature _bare = null!;
    private string _record = null!;

    [Params("rsa-2048", "rsa-4096", "ed25519")]
    public string Algorithm { get; set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        _bare = BareSignature.Of(Algorithm);
        _record = _bare.Record;
        if (!FirstUse() || !LaterUse())
        {
            throw new InvalidOperationException("The sample does not verify.");
        }
    }

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("first")]
    public bool ImportAndVerify() => _bare.ImportAndVerify();

    [Benchmark]
    [BenchmarkCategory("first")]
    public bool FirstUse() => VerificationKey.Parse(_record).Verify(SignatureHash.Sha256, _bare.Hash, _bare.Signature);

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("later")]
    public bool VerifyAlone() => _bare.Verify();

    [Benchmark]
    [BenchmarkCategory("later")]
    public bool LaterUse() => _kept.Get(_record).Verify(SignatureHash.Sha256, _bare.Hash, _bare.Signature);
}
