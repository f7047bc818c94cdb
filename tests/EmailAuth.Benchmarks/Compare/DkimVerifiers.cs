using System.Security.Cryptography;
using EmailAuth.Signatures;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace EmailAuth.Benchmarks.Compare;

/// <summary>The verifiers of DKIM that are called in this process.</summary>
internal static class DkimVerifiers
{
    /// <summary>One pass over the octets, their SHA-256, and one verification of a signature over it with an imported key.</summary>
    public static Contestant Arithmetic(DkimCorpus corpus)
    {
        var hash = SHA256.HashData("what is signed"u8);
        var checks = new Dictionary<SignerKey, Func<bool>>
        {
            [corpus.Keys[0].Key] = RsaCheck(corpus.Rsa2048, hash),
            [corpus.Keys[1].Key] = RsaCheck(corpus.Rsa4096, hash),
            [corpus.Keys[2].Key] = Ed25519Check(hash),
        };
        return new InProcess("arithmetic", Verdict, judges: false);

        string Verdict(int item)
        {
            var message = corpus.Messages[item];
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(message.Octets, digest);
            return message.Octets.AsSpan().Count((byte)'\t') >= 0 && checks[message.Key]() ? "pass" : "fail";
        }
    }

    public static Contestant EmailAuth(DkimCorpus corpus)
    {
        var zone = new Zone();
        foreach (var (_, key) in corpus.Keys)
        {
            zone.Add(key.RecordName, ZoneEntryKind.Txt, key.Record);
        }

        var verifier = new EmailAuth.Dkim.DkimVerifier(new ZoneResolver(zone));
        return new InProcess(Versions.Of("EmailAuth"), Verdict);

        string Verdict(int item)
        {
            // A resolver in memory answers at once, so that there is nothing to wait for.
            var results = verifier.VerifyAsync(corpus.Messages[item].Octets, CancellationToken.None);
            var code = results.IsCompletedSuccessfully ? results.Result.Code : throw new InvalidOperationException("Something waited.");
            return code == SignatureResultCode.Pass ? "pass" : code == SignatureResultCode.Fail ? "fail" : code.ToString();
        }
    }

    public static Contestant MimeKit(DkimCorpus corpus)
    {
        var verifier = new global::MimeKit.Cryptography.DkimVerifier(new Locator(corpus));
        return new InProcess(Versions.Of("MimeKit"), Verdict);

        string Verdict(int item)
        {
            using var stream = new MemoryStream(corpus.Messages[item].Octets, writable: false);
            using var message = MimeMessage.Load(stream);
            return verifier.Verify(message, message.Headers[message.Headers.IndexOf(HeaderId.DkimSignature)]) ? "pass" : "fail";
        }
    }

    private static Func<bool> RsaCheck(RSA rsa, byte[] hash)
    {
        var signature = rsa.SignHash(hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return () => rsa.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static Func<bool> Ed25519Check(byte[] hash)
    {
        var key = new Ed25519PrivateKeyParameters(new Org.BouncyCastle.Security.SecureRandom());
        var signature = new byte[Ed25519.SignatureSize];
        key.Sign(Ed25519.Algorithm.Ed25519, null, hash, 0, hash.Length, signature, 0);
        var point = Ed25519.ValidatePublicKeyFullExport(key.GeneratePublicKey().GetEncoded(), 0);
        return () => Ed25519.Verify(signature, 0, point, hash, 0, hash.Length);
    }

    // Keeps what it imported, as the locator in MimeKit's documentation does.
    private sealed class Locator(DkimCorpus corpus) : IDkimPublicKeyLocator
    {
        private readonly Dictionary<string, AsymmetricKeyParameter> _keys = corpus.Keys.ToDictionary(pair => pair.Key.RecordName, pair => pair.Key.PublicKey);

        public AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            _keys[$"{selector}._domainkey.{domain}"];

        public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
