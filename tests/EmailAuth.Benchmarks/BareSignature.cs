using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Org.BouncyCastle.Security;

namespace EmailAuth.Benchmarks;

/// <summary>A signature over a hash, and nothing about it but the arithmetic: what no verifier can do without.</summary>
internal sealed class BareSignature
{
    private readonly byte[] _hash = SHA256.HashData("what is signed"u8);
    private readonly byte[] _signature;
    private readonly RSA? _rsa;
    private readonly byte[] _publicKey;
    private readonly Ed25519.PublicPoint? _point;

    private BareSignature(RSA rsa)
    {
        _rsa = rsa;
        _publicKey = rsa.ExportSubjectPublicKeyInfo();
        _signature = rsa.SignHash(_hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private BareSignature(Ed25519PrivateKeyParameters key)
    {
        _publicKey = key.GeneratePublicKey().GetEncoded();
        _point = Ed25519.ValidatePublicKeyFullExport(_publicKey, 0);
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, key);
        signer.BlockUpdate(_hash);
        _signature = signer.GenerateSignature();
    }

    /// <summary>The text of the key's TXT record.</summary>
    public string Record => $"v=DKIM1; k={(_rsa is null ? "ed25519" : "rsa")}; p={Convert.ToBase64String(_publicKey)}";

    public byte[] Hash => _hash;

    public byte[] Signature => _signature;

    public static BareSignature Of(RSA rsa) => new(rsa);

    /// <summary>A signature of a fresh key.</summary>
    /// <param name="algorithm"><c>ed25519</c>, or <c>rsa-</c> and how many bits the key has.</param>
    public static BareSignature Of(string algorithm)
    {
        if (algorithm != "ed25519")
        {
            return new BareSignature(RSA.Create(int.Parse(algorithm.AsSpan("rsa-".Length))));
        }

        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        return new BareSignature((Ed25519PrivateKeyParameters)generator.GenerateKeyPair().Private);
    }

    /// <summary>One verification with an imported key.</summary>
    public bool Verify() => _rsa is not null
        ? _rsa.VerifyHash(_hash, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : Ed25519.Verify(_signature, 0, _point!, _hash, 0, _hash.Length);

    /// <summary>One import of the key, and one verification.</summary>
    public bool ImportAndVerify()
    {
        if (_rsa is null)
        {
            return Ed25519.Verify(_signature, 0, Ed25519.ValidatePublicKeyFullExport(_publicKey, 0)!, _hash, 0, _hash.Length);
        }

        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(_publicKey, out _);
        return rsa.VerifyHash(_hash, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>One pass over the bytes, their SHA-256, and verifications with an imported key: what a signed message costs at least.</summary>
    public int PassHashAndVerify(ReadOnlySpan<byte> message, int signatures = 1)
    {
        var passed = message.Count((byte)'\t');
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, hash);
        for (var count = 0; count < signatures; count++)
        {
            passed += Verify() ? 1 : 0;
        }

        return passed;
    }
}
