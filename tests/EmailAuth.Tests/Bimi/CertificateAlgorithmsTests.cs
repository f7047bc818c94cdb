using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailAuth.Bimi;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>Keys and signatures of certificates, at each bound and beside it. The keys are made up but for the curves: no signature is computed with them.</summary>
public sealed class CertificateAlgorithmsTests : IDisposable
{
    private const string Sha256WithEcdsa = "1.2.840.10045.4.3.2";

    private static readonly X500DistinguishedName Issuer = new("CN=issuer");

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData("1.2.840.113549.1.1.2", true)] // MD2 with RSA
    [InlineData("1.2.840.113549.1.1.3", false)]
    [InlineData("1.2.840.113549.1.1.4", true)] // MD5 with RSA
    [InlineData("1.2.840.113549.1.1.5", true)] // SHA-1 with RSA
    [InlineData("1.2.840.113549.1.1.6", false)]
    [InlineData("1.2.840.113549.1.1.11", false)] // SHA-256 with RSA
    [InlineData("1.2.840.10045.4.1", true)] // SHA-1 with ECDSA
    [InlineData(Sha256WithEcdsa, false)]
    [InlineData("1.2.840.10040.4.3", true)] // SHA-1 with DSA
    [InlineData("1.3.101.112", false)]
    public void A_signature_with_a_broken_hash_is_refused_but_for_a_root(string algorithm, bool isWeak)
    {
        Assert.Equal(isWeak ? ["the signature of CN=leaf uses MD5 or SHA-1"] : [], Check(new PublicKey(_key), algorithm));

        // Nothing rests on the signature of a certificate by itself.
        Assert.Empty(Check(new PublicKey(_key), algorithm, subject: "CN=issuer"));
    }

    [Theory]
    [InlineData(1024, "the key of CN=leaf has 1024 bits")]
    [InlineData(2040, "the key of CN=leaf has 2040 bits")]
    [InlineData(2047, "the key of CN=leaf has 2047 bits")]
    [InlineData(2048, null)]
    [InlineData(2049, null)]
    [InlineData(3072, null)]
    [InlineData(8192, null)]
    [InlineData(8193, "the key of CN=leaf has 8193 bits")]
    [InlineData(16384, "the key of CN=leaf is larger than RSA with 8192 bits")]
    public void An_RSA_key_has_2048_to_8192_bits(int bits, string? reason) => Assert.Equal(reason is null ? [] : [reason], Check(Rsa(bits)));

    // The size is looked at before the key is read.
    [Fact]
    public void A_key_has_at_most_1100_octets()
    {
        Assert.Equal(1100, Rsa(8692).EncodedKeyValue.RawData.Length);
        Assert.Equal(["the key of CN=leaf has 8692 bits"], Check(Rsa(8692)));
        Assert.Equal(1101, Rsa(8696).EncodedKeyValue.RawData.Length);
        Assert.Equal(["the key of CN=leaf is larger than RSA with 8192 bits"], Check(Rsa(8696)));
    }

    [Theory]
    [InlineData("nistP256", null)]
    [InlineData("nistP384", null)]
    [InlineData("nistP521", null)]
    [InlineData("secp224r1", "the key of CN=leaf has 224 bits")]
    public void A_curve_has_256_bits_or_more(string name, string? reason)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(name));
        Assert.Equal(reason is null ? [] : [reason], Check(new PublicKey(key)));
    }

    [Fact]
    public void A_curve_has_a_name()
    {
        var named = new PublicKey(_key);
        string[] expected = ["the curve of the key of CN=leaf is not a named one"];
        Assert.Equal(expected, Check(new PublicKey(named.Oid, new AsnEncodedData([0x30, 0]), named.EncodedKeyValue)));
        Assert.Equal(expected, Check(new PublicKey(named.Oid, new AsnEncodedData([5, 0]), named.EncodedKeyValue)));
        Assert.Equal(expected, Check(new PublicKey(named.Oid, null, named.EncodedKeyValue)));
    }

    [Theory]
    [InlineData("1.3.101.112", 32)] // Ed25519
    [InlineData("1.3.101.113", 57)] // Ed448
    [InlineData("1.3.101.110", 32)] // X25519
    [InlineData("1.2.3.4", 32)]
    public void Another_kind_of_key_is_refused(string oid, int length) => Assert.Equal(
        ["the key of CN=leaf is neither RSA nor ECDSA"], Check(new PublicKey(new Oid(oid), null, new AsnEncodedData(new byte[length]))));

    // What is wrong with the signature and what is wrong with the key are two things; the names are shortened.
    [Fact]
    public void Each_wrong_point_is_named() => Assert.Equal(
        [$"the signature of CN={new string('x', 97)}\u2026 uses MD5 or SHA-1", $"the key of CN={new string('x', 97)}\u2026 has 1024 bits"],
        Check(Rsa(1024), "1.2.840.113549.1.1.5", "CN=" + new string('x', 98)));

    private static string[] Check(PublicKey key, string algorithm = Sha256WithEcdsa, string subject = "CN=leaf")
    {
        var now = MarkAuthority.Now;
        using var certificate = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256)
            .Create(Issuer, new NamedGenerator(algorithm), now, now.AddDays(1), [1]);
        var problems = ImmutableArray.CreateBuilder<BimiProblem>();
        CertificateAlgorithms.Check(certificate, problems);
        Assert.All(problems, problem => Assert.Equal(("algorithm", 0, 0), (problem.Code, problem.Line, problem.Column)));
        return [.. problems.Select(static problem => problem.Reason)];
    }

    // A modulus of so many bits, odd, and the usual exponent.
    private static PublicKey Rsa(int bits)
    {
        var modulus = new byte[(bits + 7) / 8];
        modulus.AsSpan().Fill(0x55);
        modulus[0] = (byte)(1 << ((bits - 1) % 8));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(modulus);
            writer.WriteInteger(65537);
        }

        return new PublicKey(new Oid("1.2.840.113549.1.1.1"), new AsnEncodedData([5, 0]), new AsnEncodedData(writer.Encode()));
    }

    /// <summary>Names an algorithm; the signature is one octet.</summary>
    private sealed class NamedGenerator(string algorithm) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(algorithm);
            }

            return writer.Encode();
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => [0];

        protected override PublicKey BuildPublicKey() => throw new NotSupportedException();
    }
}
