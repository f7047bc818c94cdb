using System.Diagnostics;
using System.Security.Cryptography;
using EmailAuth.Signatures;
using Xunit;

namespace EmailAuth.Tests.Dkim;

public class PemSigningKeyTests
{
    private static RSA Key => TestSigner.Rsa2048.RsaKey;

    public static TheoryData<string, string?> Forms => new()
    {
        { Key.ExportPkcs8PrivateKeyPem(), null },
        { Key.ExportRSAPrivateKeyPem(), null },
        { Key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)), "secret" },
        { Key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.TripleDes3KeyPkcs12, HashAlgorithmName.SHA1, 1000)), "secret" },
        { Key.ExportEncryptedPkcs8PrivateKeyPem("gr\u00FCn \u2603", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)), "gr\u00FCn \u2603" },
        { Key.ExportEncryptedPkcs8PrivateKeyPem("gr\u00FCn", new PbeParameters(PbeEncryptionAlgorithm.TripleDes3KeyPkcs12, HashAlgorithmName.SHA1, 1000)), "gr\u00FCn" },
        { "a comment above it\r\n" + Key.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\r\n"), null },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_forms_of_a_key_are_read(string pem, string? passphrase)
    {
        using var key = PemSigningKey.Load(pem, passphrase);

        Assert.Equal(("rsa-sha256", 2048, TestSigner.Rsa2048.Record), (key.Algorithm, key.Bits, key.Record));
        var hash = SHA256.HashData("text"u8);
        Assert.True(Key.VerifyHash(hash, await key.SignAsync(hash, TestContext.Current.CancellationToken), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public void An_old_encrypted_key_of_OpenSSL_is_read()
    {
        using var text = new StringWriter();
        var writer = new Org.BouncyCastle.OpenSsl.PemWriter(text);
        writer.WriteObject(Org.BouncyCastle.Security.DotNetUtilities.GetRsaKeyPair(Key).Private, "AES-128-CBC", "secret".ToCharArray(), new Org.BouncyCastle.Security.SecureRandom());
        Assert.Contains("Proc-Type: 4,ENCRYPTED", text.ToString(), StringComparison.Ordinal);

        using var key = PemSigningKey.Load(text.ToString(), "secret");

        Assert.Equal(TestSigner.Rsa2048.Record, key.Record);
        Assert.Throws<ArgumentException>(() => PemSigningKey.Load(text.ToString(), "wrong"));
    }

    [Theory]
    [InlineData("is encrypted", "secret", null)]
    [InlineData("does not open", "secret", "wrong")]
    [InlineData("does not open", "secret", "")]
    public void A_passphrase_must_fit(string error, string passphrase, string? given)
    {
        var pem = Key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000));

        Assert.Contains(error, Assert.Throws<ArgumentException>(() => PemSigningKey.Load(pem, given)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_key_and_another_kind_are_refused()
    {
        Assert.Contains("at least 1024 bits", Assert.Throws<ArgumentException>(() => PemSigningKey.Load(TestSigner.Rsa(1000).Pem)).Message, StringComparison.Ordinal);
        Assert.Contains("There is no PEM", Assert.Throws<ArgumentException>(() => PemSigningKey.Load("key")).Message, StringComparison.Ordinal);
        using var curve = ECDsa.Create();
        Assert.Contains("elliptic-curve", Assert.Throws<ArgumentException>(() => PemSigningKey.Load(curve.ExportPkcs8PrivateKeyPem())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rsa-sha256", 2048, null)]
    [InlineData("RSA-SHA256", 3072, "secret")]
    [InlineData("rsa-sha256", 4096, null)]
    [InlineData("ed25519-sha256", 256, null)]
    [InlineData("ed25519-sha256", 0, "a passphrase with \u00E4")]
    public async Task A_new_key_is_read_and_signs_and_openssl_reads_it(string algorithm, int bits, string? passphrase)
    {
        var pem = PemSigningKey.Create(algorithm, bits, passphrase);

        using var key = PemSigningKey.Load(pem, passphrase);
        Assert.Equal(algorithm, key.Algorithm, ignoreCase: true);
        Assert.Equal(bits is 0 ? 256 : bits, key.Bits);
        Assert.Equal(bits is 0 or 256 ? 64 : bits / 8, (await key.SignAsync(new byte[32], TestContext.Current.CancellationToken)).Length);
        Assert.NotEqual(pem, PemSigningKey.Create(algorithm, bits, passphrase));

        var program = Process.Start(new ProcessStartInfo("openssl", ["pkey", "-pubout", "-outform", "DER", "-passin", $"pass:{passphrase}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await program.StandardInput.WriteAsync(pem);
        program.StandardInput.Close();
        using var read = new MemoryStream();
        await program.StandardOutput.BaseStream.CopyToAsync(read, TestContext.Current.CancellationToken);
        var published = Convert.FromBase64String(key.Record[(key.Record.IndexOf("p=", StringComparison.Ordinal) + 2)..]);
        Assert.EndsWith(Convert.ToHexString(published), Convert.ToHexString(read.ToArray()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rsa-sha256", 2040, null)]
    [InlineData("rsa-sha256", 4104, null)]
    [InlineData("rsa-sha256", 2049, null)]
    [InlineData("rsa-sha1", 2048, null)]
    [InlineData("dsa", 2048, null)]
    [InlineData("ed25519-sha256", 256, "")]
    public void A_key_that_would_not_be_good_is_not_made(string algorithm, int bits, string? passphrase) =>
        Assert.ThrowsAny<ArgumentException>(() => PemSigningKey.Create(algorithm, bits, passphrase));

    // In steps of 8 from 2,048 to 4,096 bits; Ed25519 does not look at the number.
    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(0)]
    [InlineData(1024)]
    [InlineData(2040)]
    [InlineData(2047)]
    [InlineData(2049)]
    [InlineData(2050)]
    [InlineData(2052)]
    [InlineData(2055)]
    [InlineData(4095)]
    [InlineData(4097)]
    [InlineData(4104)]
    [InlineData(8192)]
    public void A_new_RSA_key_has_bits_that_every_verifier_reads(int bits)
    {
        foreach (var algorithm in (string?[])[null, "rsa-sha256"])
        {
            var refused = Assert.Throws<ArgumentOutOfRangeException>(nameof(bits), () => PemSigningKey.Create(algorithm, bits));
            Assert.StartsWith("A new key has 2048 to 4096 bits, in steps of 8: every verifier reads these (RFC 8301 section 3.2).", refused.Message, StringComparison.Ordinal);
            Assert.Equal(bits, refused.ActualValue);
        }

        Assert.StartsWith("-----BEGIN PRIVATE KEY-----\n", PemSigningKey.Create("ed25519-sha256", bits), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rsa-sha1")]
    [InlineData("dsa")]
    [InlineData("")]
    public void Only_an_algorithm_that_signs_has_new_keys(string algorithm) => Assert.Equal(
        $"\"{algorithm}\" is not an algorithm that signs: give rsa-sha256 or ed25519-sha256. (Parameter 'algorithm')",
        Assert.Throws<ArgumentException>(() => PemSigningKey.Create(algorithm)).Message);

    [Fact]
    public void A_passphrase_of_a_new_key_is_not_empty() => Assert.Equal(
        "An empty passphrase protects nothing: give one, or null. (Parameter 'passphrase')",
        Assert.Throws<ArgumentException>(() => PemSigningKey.Create("ed25519-sha256", passphrase: "")).Message);

    [Fact]
    public void A_new_key_is_encrypted_with_AES_256_and_100_000_rounds()
    {
        var pem = PemSigningKey.Create("ed25519-sha256", passphrase: "secret");
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", pem, StringComparison.Ordinal);
        var text = Convert.ToHexStringLower(Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]));
        Assert.Contains("06092a864886f70d01050d", text, StringComparison.Ordinal); // PBES2
        Assert.Contains("06092a864886f70d01050c", text, StringComparison.Ordinal); // PBKDF2
        Assert.Contains("02030186a0", text, StringComparison.Ordinal); // 100,000
        Assert.Contains("06082a864886f70d0209", text, StringComparison.Ordinal); // HMAC with SHA-256
        Assert.Contains("060960864801650304012a", text, StringComparison.Ordinal); // AES-256 in CBC mode
    }

    [Fact]
    public async Task A_key_says_what_it_is()
    {
        using var key = PemSigningKey.Load(TestSigner.Ed25519.Pem);
        Assert.Equal(("ed25519-sha256", 256, $"v=DKIM1; k=ed25519; p={TestSigner.Ed25519.PublicKey}"), (key.Algorithm, key.Bits, key.Record));
        Assert.Equal(256, key.Key.Bits);
        var hash = SHA256.HashData("text"u8);
        Assert.Equal(key.Key.Sign(hash), await key.SignAsync(hash, TestContext.Current.CancellationToken));
    }

    // PKCS#8 with an algorithm that nobody knows.
    [Theory]
    [InlineData("300c020100300306010104020500")]
    [InlineData("3000")]
    [InlineData("30820000")]
    [InlineData("")]
    public void Octets_that_are_no_key_are_a_fault_of_the_file(string hex) =>
        Assert.Throws<ArgumentException>(() => PemSigningKey.Load(PemEncoding.WriteString("PRIVATE KEY", Convert.FromHexString(hex))));

    [Fact]
    public async Task A_cancelled_signature_is_not_made()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using var key = PemSigningKey.Load(TestSigner.Ed25519.Pem);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await key.SignAsync(new byte[32], cancelled.Token));
    }
}
