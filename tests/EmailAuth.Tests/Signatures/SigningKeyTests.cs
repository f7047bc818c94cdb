using System.Security.Cryptography;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Signatures;

public class SigningKeyTests
{
    private static readonly byte[] Hash = SHA256.HashData("what is signed"u8);

    [Fact]
    public void An_rsa_key_signs_what_its_public_half_verifies()
    {
        using var key = SigningKey.FromPem(TestSigner.Rsa2048.Pem);
        Assert.Equal(SignatureAlgorithm.RsaSha256, key.Algorithm);
        var verification = VerificationKey.Parse(TestSigner.Rsa2048.Record);
        Assert.True(verification.Verify(SignatureHash.Sha256, Hash, key.Sign(Hash)));
    }

    [Fact]
    public void A_pkcs_1_key_is_read_too()
    {
        using var key = SigningKey.FromPem(TestSigner.Rsa2048.RsaKey.ExportRSAPrivateKeyPem());
        Assert.True(VerificationKey.Parse(TestSigner.Rsa2048.Record).Verify(SignatureHash.Sha256, Hash, key.Sign(Hash)));
    }

    [Fact]
    public void An_ed25519_key_signs_what_its_public_half_verifies()
    {
        using var key = SigningKey.FromPem(TestSigner.Ed25519.Pem);
        Assert.Equal(SignatureAlgorithm.Ed25519Sha256, key.Algorithm);
        Assert.True(VerificationKey.Parse(TestSigner.Ed25519.Record).Verify(SignatureHash.Sha256, Hash, key.Sign(Hash)));
    }

    [Fact]
    public void A_key_that_was_disposed_of_signs_no_more()
    {
        foreach (var pem in new[] { TestSigner.Rsa2048.Pem, TestSigner.Ed25519.Pem })
        {
            var key = SigningKey.FromPem(pem);
            key.Dispose();
            key.Dispose();
            Assert.Throws<ObjectDisposedException>(() => key.Sign(Hash));
            Assert.Throws<ObjectDisposedException>(() => key.ExportPublicKey());
        }
    }

    // A seed that is partly zero would sign as a key that nobody published.
    [Fact]
    public async Task What_a_key_signs_while_it_is_disposed_of_is_signed_with_the_whole_key()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var verification = VerificationKey.Parse(TestSigner.Ed25519.Record);
        for (var round = 0; round < 20; round++)
        {
            var key = SigningKey.FromPem(TestSigner.Ed25519.Pem);
            var isSigning = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var signing = Task.Run(
                () =>
                {
                    var signatures = new List<byte[]>();
                    try
                    {
                        while (signatures.Count < 1000)
                        {
                            signatures.Add(key.Sign(Hash));
                            isSigning.TrySetResult();
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                        // The key is gone: these are all.
                    }

                    return signatures;
                },
                cancellationToken);
            await isSigning.Task.WaitAsync(cancellationToken);
            key.Dispose();
            Assert.All(await signing, signature => Assert.True(verification.Verify(SignatureHash.Sha256, Hash, signature)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no key")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void What_is_not_a_private_key_is_the_callers_mistake(string pem) =>
        Assert.Throws<ArgumentException>(() => SigningKey.FromPem(pem));

    [Theory]
    [InlineData("EC PRIVATE KEY", "elliptic")]
    [InlineData("EC PARAMETERS", "elliptic")]
    [InlineData("PUBLIC KEY", "a public key, the half that is published")]
    [InlineData("RSA PUBLIC KEY", "a public key, the half that is published")]
    [InlineData("OPENSSH PRIVATE KEY", "ssh-keygen -p -m PKCS8")]
    [InlineData("0123456789012345678901234567890123456789", "\"0123456789012345678901234567890123456789\"")]
    [InlineData("0123456789012345678901234567890123456789+", "\"0123456789012345678901234567890123456789\"")]
    public void A_PEM_of_another_kind_is_named(string label, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => SigningKey.FromPem($"-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n")).Message, StringComparison.OrdinalIgnoreCase);
}
