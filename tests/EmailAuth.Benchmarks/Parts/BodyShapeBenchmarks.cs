using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using EmailAuth.Signatures;
using EmailAuth.Tests.Signatures;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>A body of 100 KB to its relaxed hash, by what stands in it, beside the SHA-256 of its bytes as they came and once they are canonical.</summary>
[MemoryDiagnoser]
public class BodyShapeBenchmarks
{
    private byte[] _body = null!;
    private byte[] _canonical = null!;

    [ParamsSource(nameof(Shapes))]
    public string Shape { get; set; } = null!;

    public static IEnumerable<string> Shapes => BodyShapes.All;

    [GlobalSetup]
    public void Setup()
    {
        _body = BodyShapes.Make(Shape, 100 * 1024);
        _canonical = Encoding.ASCII.GetBytes(PlainCanonicalization.RelaxedBody(Encoding.ASCII.GetString(_body)));
        if (!Relaxed().SequenceEqual(SHA256.HashData(_canonical)))
        {
            throw new InvalidOperationException("The hashes differ.");
        }
    }

    [Benchmark(Baseline = true)]
    public byte[] Sha256() => SHA256.HashData(_body);

    [Benchmark]
    public byte[] Sha256OfCanonical() => SHA256.HashData(_canonical);

    [Benchmark]
    public byte[] Relaxed() => BodyHashBenchmarks.Hash(_body, SignatureCanonicalization.Relaxed);
}
