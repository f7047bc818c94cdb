using System.Security.Cryptography;
using EmailAuth.Arc;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Math;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>RSA keys whose signatures our own verification refuses: they are no keys to sign or to seal with.</summary>
public class UnfitSigningKeyTests
{
    private const string Exponent = "Verifiers refuse the public half of this key: the key record is malformed: the RSA exponent exceeds 2^32.";
    private const string Length = "An RSA key must have at most 8192 bits: verifiers refuse longer ones (RFC 8301 section 3.2).";

    [Theory]
    [InlineData(2203, 2281, "65537", null)]
    [InlineData(2203, 2281, "4294967291", null)] // of 32 bits
    [InlineData(2203, 2281, "4294967311", Exponent)] // of 33 bits
    [InlineData(2203, 2281, "1099511627791", Exponent)]
    [InlineData(2203, 2281, "1606938044258990275541962092341162602522202993782792835301611", Exponent)]
    [InlineData(3217, 4423, "65537", null)]
    [InlineData(4253, 4423, "65537", Length)]
    public void A_key_that_verifiers_refuse_neither_signs_nor_seals(int first, int second, string exponent, string? refusal)
    {
        var pem = Pem(first, second, exponent);
        var options = new ArcSealerOptions { Domain = DomainName.Parse("example.com").Value!, Selector = "s" };
        if (refusal is not null)
        {
            Assert.StartsWith(refusal, Assert.Throws<ArgumentException>("pem", () => PemSigningKey.Load(pem)).Message, StringComparison.Ordinal);
            Assert.StartsWith(refusal, Assert.Throws<ArgumentException>("privateKey", () => new ArcSealer(pem, options)).Message, StringComparison.Ordinal);
            return;
        }

        using var sealer = new ArcSealer(pem, options);
        using var key = PemSigningKey.Load(pem);
        Assert.Equal(first + second, key.Bits);
        Assert.Null(VerificationKey.Parse(key.Record).Fault);
    }

    // Both primes are of the form 2^n - 1 (Mersenne): to search for others of this length takes long.
    private static string Pem(int first, int second, string exponent)
    {
        var (p, q, e) = (Mersenne(first), Mersenne(second), new BigInteger(exponent));
        var (below, other) = (p.Subtract(BigInteger.One), q.Subtract(BigInteger.One));
        var d = e.ModInverse(below.Multiply(other));
        var key = new RsaPrivateKeyStructure(p.Multiply(q), e, d, p, q, d.Remainder(below), d.Remainder(other), q.ModInverse(p));
        return PemEncoding.WriteString("RSA PRIVATE KEY", key.GetDerEncoded());
    }

    private static BigInteger Mersenne(int power) => BigInteger.One.ShiftLeft(power).Subtract(BigInteger.One);
}
