using BenchmarkDotNet.Attributes;
using EmailAuth.Messages;
using EmailAuth.Signatures;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>The fields of an ordinary header in canonical form, beside one copy and one pass over their bytes.</summary>
[MemoryDiagnoser]
public class HeaderCanonicalizationBenchmarks
{
    private readonly HeaderBlock _header = HeaderBlock.Parse(SampleText.Make(0));
    private byte[] _copy = null!;

    [GlobalSetup]
    public void Setup() => _copy = new byte[_header.Bytes.Length];

    [Benchmark(Baseline = true)]
    public void Copy() => _header.Bytes.Span.CopyTo(_copy);

    [Benchmark]
    public int OnePass() => _header.Bytes.Span.Count((byte)'\t');

    [Benchmark]
    public int Simple() => Write(SignatureCanonicalization.Simple);

    [Benchmark]
    public int Relaxed() => Write(SignatureCanonicalization.Relaxed);

    private int Write(SignatureCanonicalization canonicalization)
    {
        using var canonical = new CanonicalHeader(canonicalization);
        for (var i = 0; i < _header.Count; i++)
        {
            canonical.Append(_header[i]);
        }

        return canonical.Written.Length;
    }
}
