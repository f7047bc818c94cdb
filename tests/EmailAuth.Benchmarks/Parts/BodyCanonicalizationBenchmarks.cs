using BenchmarkDotNet.Attributes;
using EmailAuth.Signatures;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>A body of 100 KB through its canonicalization into no hash at all, beside one copy and one pass over its bytes.</summary>
[MemoryDiagnoser]
public class BodyCanonicalizationBenchmarks
{
    private byte[] _body = null!;
    private byte[] _copy = null!;

    [Params("ordinary", "double spaces")]
    public string Shape { get; set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        _body = BodyShapes.Make(Shape, 100 * 1024);
        _copy = new byte[_body.Length];
    }

    [Benchmark(Baseline = true)]
    public void Copy() => _body.CopyTo(_copy, 0);

    [Benchmark]
    public int OnePass() => _body.AsSpan().Count((byte)'\t');

    [Benchmark]
    public void Simple()
    {
        using var body = new SimpleBody();
        body.Append(_body);
        body.Complete();
    }

    [Benchmark]
    public void Relaxed()
    {
        using var body = new RelaxedBody();
        body.Append(_body);
        body.Complete();
    }
}
