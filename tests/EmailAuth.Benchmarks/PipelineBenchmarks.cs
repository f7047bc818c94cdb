using System.Net;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using EmailAuth.Dns;

namespace EmailAuth.Benchmarks;

/// <summary>The whole pipeline on one message of 10 KB with one RSA-2048 signature, every answer at hand, beside the bare arithmetic.</summary>
[MemoryDiagnoser]
public class PipelineBenchmarks
{
    private static readonly SmtpEnvelope Envelope = new(IPAddress.Parse("198.51.100.7"), "out.esp.example", "bounce@example.com");

    private DkimSample _sample = null!;
    private AuthenticationPipeline _pipeline = null!;
    private byte[] _hash = null!;
    private byte[] _signature = null!;

    [GlobalSetup]
    public void Setup()
    {
        _sample = new DkimSample(10 * 1024);
        _hash = SHA256.HashData("what is signed"u8);
        _signature = _sample.Rsa.SignHash(_hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var zone = new Zone()
            .Add("example.com", ZoneRecordType.Txt, "v=spf1 include:a.esp.example include:b.esp.example include:c.esp.example -all")
            .Add("a.esp.example", ZoneRecordType.Txt, "v=spf1 ip4:192.0.2.0/25 ip4:192.0.2.128/26 -all")
            .Add("b.esp.example", ZoneRecordType.Txt, "v=spf1 ip4:203.0.113.0/24 ip6:2001:db8::/32 -all")
            .Add("c.esp.example", ZoneRecordType.Txt, "v=spf1 ip4:198.51.100.0/24 -all")
            .Add("out.esp.example", ZoneRecordType.Txt, "v=spf1 a -all")
            .Add("out.esp.example", ZoneRecordType.A, "198.51.100.7")
            .Add("7.100.51.198.in-addr.arpa", ZoneRecordType.Ptr, "out.esp.example")
            .Add("mail._domainkey.example.com", ZoneRecordType.Txt, _sample.KeyRecord)
            .Add("_dmarc.example.com", ZoneRecordType.Txt, "v=DMARC1; p=reject; rua=mailto:d@example.com");
        _pipeline = new AuthenticationPipeline(new ZoneResolver(zone), new AuthenticationOptions { AuthservId = "mx.example.org" });
        if (Authenticate().Disposition.Reason != "dmarc=pass for example.com")
        {
            throw new InvalidOperationException("The sample does not pass.");
        }
    }

    /// <summary>One pass over the bytes, their SHA-256, and one RSA verification with an imported key.</summary>
    [Benchmark(Baseline = true)]
    public int Arithmetic()
    {
        var passed = _sample.Message.AsSpan().Count((byte)'\t');
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_sample.Message, hash);
        return passed + (_sample.Rsa.VerifyHash(_hash, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ? 1 : 0);
    }

    [Benchmark]
    public AuthenticationOutcome Authenticate()
    {
        // A resolver in memory answers at once, so that there is nothing to wait for.
        var outcome = _pipeline.AuthenticateAsync(Envelope, _sample.Message, CancellationToken.None);
        return outcome.IsCompletedSuccessfully ? outcome.Result : throw new InvalidOperationException("Something waited.");
    }
}
