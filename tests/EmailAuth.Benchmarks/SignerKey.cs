using System.Security.Cryptography;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace EmailAuth.Benchmarks;

/// <summary>A fresh key of example.com, what the domain publishes of it, and MimeKit to sign with it.</summary>
internal sealed class SignerKey
{
    private const string Domain = "example.com";

    private static readonly string[] SignedFields =
    [
        "From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding", "List-Unsubscribe",
    ];

    private readonly string _selector;
    private readonly DkimSignatureAlgorithm _algorithm;
    private readonly AsymmetricKeyParameter _privateKey;

    private SignerKey(string selector, DkimSignatureAlgorithm algorithm, AsymmetricCipherKeyPair pair, string record)
    {
        _selector = selector;
        _algorithm = algorithm;
        _privateKey = pair.Private;
        PublicKey = pair.Public;
        Record = record;
    }

    /// <summary>Where the record stands.</summary>
    public string RecordName => $"{_selector}._domainkey.{Domain}";

    /// <summary>The text of the TXT record.</summary>
    public string Record { get; }

    /// <summary>The public key as MimeKit takes it.</summary>
    public AsymmetricKeyParameter PublicKey { get; }

    /// <summary>The key of <c>rsa-sha256</c>, which its maker keeps.</summary>
    public static SignerKey FromRsa(string selector, RSA rsa) =>
        new(
            selector,
            DkimSignatureAlgorithm.RsaSha256,
            DotNetUtilities.GetRsaKeyPair(rsa),
            "v=DKIM1; k=rsa; p=" + Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo()));

    /// <summary>A new key of <c>ed25519-sha256</c>.</summary>
    public static SignerKey NewEd25519(string selector)
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        var pair = generator.GenerateKeyPair();
        return new SignerKey(
            selector,
            DkimSignatureAlgorithm.Ed25519Sha256,
            pair,
            "v=DKIM1; k=ed25519; p=" + Convert.ToBase64String(((Ed25519PublicKeyParameters)pair.Public).GetEncoded()));
    }

    /// <summary>The message with a signature above it.</summary>
    /// <param name="text">The message.</param>
    /// <param name="canonicalization">That of the header and of the body.</param>
    public byte[] Sign(byte[] text, DkimCanonicalizationAlgorithm canonicalization = DkimCanonicalizationAlgorithm.Relaxed)
    {
        using var input = new MemoryStream(text, writable: false);
        var message = MimeMessage.Load(input);
        var signer = new DkimSigner(_privateKey, Domain, _selector, _algorithm)
        {
            HeaderCanonicalizationAlgorithm = canonicalization,
            BodyCanonicalizationAlgorithm = canonicalization,
        };
        signer.Sign(message, SignedFields);
        using var output = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        message.WriteTo(format, output);
        return output.ToArray();
    }
}
