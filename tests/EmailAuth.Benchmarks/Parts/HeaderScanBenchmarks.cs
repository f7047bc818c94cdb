using System.Text;
using BenchmarkDotNet.Attributes;
using EmailAuth.Messages;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>A header block to its fields, beside one search through its bytes for the line ends.</summary>
[MemoryDiagnoser]
public class HeaderScanBenchmarks
{
    private byte[] _header = null!;

    [Params(20, 1000)]
    public int Fields { get; set; }

    [GlobalSetup]
    public void Setup() => _header = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, Fields).Select(i => i % 3 == 0
        ? "Received: from mail.example.com (mail.example.com [192.0.2.1])\r\n\tby mx.example.org with ESMTPS id 4TZ0Yv0b3Rz9sW8\r\n\tfor <bob@example.org>\r\n"
        : $"X-Field-{i}: some value of ordinary length, as they are\r\n")) + "\r\n");

    [Benchmark(Baseline = true)]
    public int OnePass()
    {
        var lines = 0;
        for (var rest = _header.AsSpan(); rest.IndexOf("\r\n"u8) is var end and >= 0; rest = rest[(end + 2)..])
        {
            lines++;
        }

        return lines;
    }

    [Benchmark]
    public int Scan() => HeaderBlock.Parse(_header).Count;
}
