using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using EmailAuth.Dkim;

namespace EmailAuth.Benchmarks;

/// <summary>The first use of a key: record to verified signature, beside import and verification alone.</summary>
[MemoryDiagnoser]
public class DkimKeyBenchmarks
{
    private DkimSample _sample = null!;
    private byte[] _publicKey = null!;
    private byte[] _hash = null!;
    private byte[] _signature = null!;

    [GlobalSetup]
    public void Setup()
    {
        _sample = new DkimSample(1024);
        _publicKey = _sample.Rsa.ExportSubjectPublicKeyInfo();
        _hash = SHA256.HashData("what is signed"u8);
        _signature = _sample.Rsa.SignHash(_hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    [Benchmark(Baseline = true)]
    public bool ImportAndVerify()
    {
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(_publicKey, out _);
        return rsa.VerifyHash(_hash, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    [Benchmark]
    public bool FirstUse() => VerificationKey.Parse(_sample.KeyRecord).Verify(SignatureHash.Sha256, _hash, _signature);
}
