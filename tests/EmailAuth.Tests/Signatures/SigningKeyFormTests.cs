using System.Security.Cryptography;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>What a PEM may hold, in which forms, and the whole of what is said of others.</summary>
public class SigningKeyFormTests
{
    private const string Expected = "PRIVATE KEY, ENCRYPTED PRIVATE KEY or RSA PRIVATE KEY is expected, with an RSA or Ed25519 key";
    private const string EllipticCurve = "The PEM holds an elliptic-curve key (EC); DKIM and ARC sign with RSA (RFC 6376) or Ed25519 (RFC 8463) only.";

    public static TheoryData<string, string> Labels => new()
    {
        { "EC PRIVATE KEY", EllipticCurve },
        { "EC PARAMETERS", EllipticCurve },
        { "PUBLIC KEY", $"The PEM holds a public key, the half that is published; {Expected}." },
        { "RSA PUBLIC KEY", $"The PEM holds a public key, the half that is published; {Expected}." },
        { "OPENSSH PRIVATE KEY", "The PEM holds a key in OpenSSH's own format; convert it to PKCS#8 (ssh-keygen -p -m PKCS8 -f KEY)." },
        { "CERTIFICATE", $"The PEM holds no private key but \"CERTIFICATE\"; {Expected}." },
        { new string('A', 39), $"The PEM holds no private key but \"{new string('A', 39)}\"; {Expected}." },
        { new string('A', 40), $"The PEM holds no private key but \"{new string('A', 40)}\"; {Expected}." },
        { new string('A', 41), $"The PEM holds no private key but \"{new string('A', 40)}\"; {Expected}." },
        { new string('A', 60), $"The PEM holds no private key but \"{new string('A', 40)}\"; {Expected}." },
        { "PRIVATE KEY", "The PEM holds no usable RSA or Ed25519 private key." },
        { "RSA PRIVATE KEY", "The PEM holds no usable RSA or Ed25519 private key." },
    };

    [Theory]
    [MemberData(nameof(Labels))]
    public void Another_label_is_refused_in_words(string label, string expected) =>
        Assert.Equal($"{expected} (Parameter 'pem')", Refused(PemEncoding.WriteString(label, [1, 2, 3])));

    [Fact]
    public void Another_key_in_the_right_label_is_refused_in_words()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal($"{EllipticCurve} (Parameter 'pem')", Refused(curve.ExportPkcs8PrivateKeyPem()));

        // X25519, which agrees on keys and signs nothing (RFC 8410).
        var other = PemEncoding.WriteString("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b656e04220420"), .. new byte[32]]);
        Assert.Equal($"The PEM holds a private key of another kind; {Expected}. (Parameter 'pem')", Refused(other));
        Assert.Equal("There is no PEM in the text (RFC 7468). (Parameter 'pem')", Refused("no key"));
        Assert.Equal("There is no PEM in the text (RFC 7468). (Parameter 'pem')", Refused("-----BEGIN PRIVATE KEY-----\nAAAA\n"));
    }

    // RFC 1421 section 4.6.1.3: the algorithm, a comma, the initialization vector.
    [Theory]
    [InlineData("AES-128-CBC")]
    [InlineData("AES-128-CBC,")]
    [InlineData("AES-128-CBC,00")]
    [InlineData("AES-128-CBC,not hex")]
    [InlineData(",00112233445566778899AABBCCDDEEFF")]
    [InlineData("AES,00112233445566778899AABBCCDDEEFF")]
    [InlineData("AES-128-NONE,00112233445566778899AABBCCDDEEFF")]
    [InlineData(",")]
    [InlineData("")]
    public void A_key_in_the_older_encrypted_form_with_a_bad_algorithm_line_is_refused_in_words(string algorithm)
    {
        var pem = $"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: {algorithm}\n\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----\n";
        var thrown = Assert.Throws<ArgumentException>(() => SigningKey.FromPem(pem, "secret"));
        Assert.StartsWith("The passphrase does not open the private key", thrown.Message, StringComparison.Ordinal);
    }

    // Only the very words say that a key is encrypted.
    [Theory]
    [InlineData("proc-type: 4,encrypted\n")]
    [InlineData("Proc-Type: 4,encrypted\n")]
    [InlineData("-----begin encrypted private key-----\n")]
    [InlineData("Proc-Type: 4,CLEAR\n")]
    public void Words_above_a_key_do_not_matter(string comment)
    {
        using var key = SigningKey.FromPem(comment + TestSigner.Ed25519.Pem);
        Assert.Equal(TestSigner.Ed25519.PublicKey, Convert.ToBase64String(key.ExportPublicKey()));
    }

    [Fact]
    public void An_encrypted_key_needs_its_passphrase()
    {
        var pem = TestSigner.Rsa2048.RsaKey.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1));
        const string Needed = "The private key is encrypted: give its passphrase, or decrypt it first (openssl pkey -in KEY -out PLAIN). (Parameter 'pem')";
        Assert.Equal(Needed, Refused(pem));
        Assert.Equal(Needed, Refused("Proc-Type: 4,ENCRYPTED"));
        const string Wrong = "The passphrase does not open the private key, or the key is encrypted in a way that is not known. (Parameter 'pem')";
        Assert.Equal(Wrong, Refused(pem, "Secret"));
        Assert.Equal(Wrong, Refused("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "secret"));
        Assert.Equal(Wrong, Refused("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA*A\n-----END ENCRYPTED PRIVATE KEY-----\n", "secret")); // not base64
        Assert.Equal(Wrong, Refused("Proc-Type: 4,ENCRYPTED", "secret"));
        Assert.Equal(Wrong, Refused("Proc-Type: 4,ENCRYPTED\n" + TestSigner.Rsa2048.RsaKey.ExportSubjectPublicKeyInfoPem(), "secret"));
        using var key = SigningKey.FromPem(pem, "secret");
        Assert.Equal(2048, key.Bits);

        // A key in the clear does not look at the passphrase.
        using var clear = SigningKey.FromPem(TestSigner.Ed25519.Pem, "any");
        Assert.Equal(TestSigner.Ed25519.PublicKey, Convert.ToBase64String(clear.ExportPublicKey()));
    }

    [Fact]
    public void Octets_of_a_passphrase_are_those_of_UTF_8() =>
        Assert.Equal("a\u00c3\u00bc\u00e2\u0098\u0083", new string(SigningKey.OctetsOf("a\u00fc\u2603")));

    // Each octet of each form exchanged: a key, or a refusal in words.
    [Fact]
    public void Damaged_keys_are_read_or_refused()
    {
        var secret = new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1);
        using var small = RSA.Create(512);
        foreach (var (label, der, passphrase, octets) in ((string, byte[], string?, int)[])
        [
            ("PRIVATE KEY", small.ExportPkcs8PrivateKey(), null, 30),
            ("RSA PRIVATE KEY", small.ExportRSAPrivateKey(), null, 8),
            ("PRIVATE KEY", SignatureAlgorithm.Ed25519Sha256.KeyType.CreatePrivate(0), null, 48),
            ("ENCRYPTED PRIVATE KEY", small.ExportEncryptedPkcs8PrivateKey("x", secret), "x", 100),
        ])
        {
            for (var index = 0; index < octets; index++)
            {
                byte[] changed = [.. der];
                changed[index] ^= 1;
                Read(PemEncoding.WriteString(label, changed), passphrase);
                Read(PemEncoding.WriteString(label, der.AsSpan(0, index)), passphrase);
            }
        }

        static void Read(string pem, string? passphrase)
        {
            try
            {
                SigningKey.FromPem(pem, passphrase).Dispose();
            }
            catch (ArgumentException exception)
            {
                Assert.EndsWith(" (Parameter 'pem')", exception.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(1023, false)]
    [InlineData(1024, true)]
    [InlineData(1025, true)]
    [InlineData(8192, true)]
    [InlineData(8193, false)]
    public void A_key_that_signs_has_1024_to_8192_bits(int bits, bool isEnough)
    {
        using var key = new SizedKey(SignatureAlgorithm.RsaSha256, bits);
        using var edwards = new SizedKey(SignatureAlgorithm.Ed25519Sha256, 0);
        edwards.RequireSize("it");
        if (isEnough)
        {
            key.RequireSize("it");
        }
        else
        {
            Assert.Equal(
                bits < 1024
                    ? "An RSA key must have at least 1024 bits (RFC 8301 section 3.2). (Parameter 'it')"
                    : "An RSA key must have at most 8192 bits: verifiers refuse longer ones (RFC 8301 section 3.2). (Parameter 'it')",
                Assert.Throws<ArgumentException>(() => key.RequireSize("it")).Message);
        }

        Assert.Equal((bits, SignatureAlgorithm.RsaSha256), (key.Bits, key.Algorithm));
    }

    private static string Refused(string pem, string? passphrase = null) => Assert.Throws<ArgumentException>(nameof(pem), () => SigningKey.FromPem(pem, passphrase)).Message;

    private sealed class SizedKey(SignatureAlgorithm algorithm, int bits) : SigningKey(algorithm, bits)
    {
        public override byte[] ExportPublicKey() => [];

        public override byte[] Sign(ReadOnlySpan<byte> hash) => [];

        public override void Dispose()
        {
        }
    }
}
