using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;

namespace EmailAuth.Benchmarks;

/// <summary>The whole pipeline on one message of 10 KB with one RSA-2048 signature, every answer at hand, beside the bare arithmetic.</summary>
[MemoryDiagnoser]
public class PipelineBenchmarks
{
    private OrdinaryMail _mail = null!;
    private byte[] _hash = null!;
    private byte[] _signature = null!;

    [GlobalSetup]
    public void Setup()
    {
        _mail = new OrdinaryMail();
        _hash = SHA256.HashData("what is signed"u8);
        _signature = _mail.Sample.Rsa.SignHash(_hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>One pass over the bytes, their SHA-256, and one RSA verification with an imported key.</summary>
    [Benchmark(Baseline = true)]
    public int Arithmetic()
    {
        var passed = _mail.Sample.Message.AsSpan().Count((byte)'\t');
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_mail.Sample.Message, hash);
        return passed + (_mail.Sample.Rsa.VerifyHash(_hash, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ? 1 : 0);
    }

    [Benchmark]
    public AuthenticationOutcome Authenticate() =>
        OrdinaryMail.Complete(_mail.Pipeline.AuthenticateAsync(_mail.Envelope, _mail.Sample.Message, CancellationToken.None));
}
