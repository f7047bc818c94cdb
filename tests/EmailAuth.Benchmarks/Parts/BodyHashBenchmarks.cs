using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using EmailAuth.Signatures;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>An ordinary body to its hash, by size, beside the SHA-256 of its bytes, which are canonical as they stand.</summary>
[MemoryDiagnoser]
public class BodyHashBenchmarks
{
    private byte[] _body = null!;

    [Params(1024, 10 * 1024, 100 * 1024, 5 * 1024 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _body = BodyShapes.Make("ordinary", Bytes);
        var hash = Sha256();
        if (!hash.SequenceEqual(Relaxed()) || !hash.SequenceEqual(Simple()))
        {
            throw new InvalidOperationException("The hashes differ.");
        }
    }

    [Benchmark(Baseline = true)]
    public byte[] Sha256() => SHA256.HashData(_body);

    [Benchmark]
    public byte[] Simple() => Hash(_body, SignatureCanonicalization.Simple);

    [Benchmark]
    public byte[] Relaxed() => Hash(_body, SignatureCanonicalization.Relaxed);

    internal static byte[] Hash(byte[] body, SignatureCanonicalization canonicalization)
    {
        using var hashes = new BodyHashes();
        var hash = hashes.Request(canonicalization, SignatureHash.Sha256, null);
        hashes.Append(body);
        hashes.Complete();
        return hash.Value.ToArray();
    }
}
