using System.Security.Cryptography;
using Number = Org.BouncyCastle.Math.BigInteger;

namespace EmailAuth.Benchmarks;

/// <summary>
/// Many RSA-2048 keys, two of some hundred primes each: to find two primes for every key would take longer than all that is measured, and no
/// verifier can see that they are shared.
/// </summary>
internal static class PairedKeys
{
    private const int PrimeBits = 1024;

    private static readonly Number Exponent = Number.ValueOf(65537);

    /// <summary>So many keys, one after the other; the caller disposes of each.</summary>
    public static IEnumerable<RSA> Make(int count)
    {
        var primes = new List<Number>();
        for (var made = 0; made < count;)
        {
            foreach (var next in NextPrimes())
            {
                for (var i = 0; i < primes.Count && made < count; i++, made++)
                {
                    yield return Key(next, primes[i]);
                }

                primes.Add(next);
            }
        }
    }

    private static Number[] NextPrimes()
    {
        using var rsa = RSA.Create(2 * PrimeBits);
        var key = rsa.ExportParameters(includePrivateParameters: true);
        return [new Number(1, key.P), new Number(1, key.Q)];
    }

    private static RSA Key(Number p, Number q)
    {
        var (p1, q1, modulus) = (p.Subtract(Number.One), q.Subtract(Number.One), p.Multiply(q));

        // d = (1 + k phi) / e for the one k below e that leaves no rest: a division, where an inverse of 2,048 bits would take longer.
        var phi = p1.Multiply(q1);
        var d = Exponent.Subtract(phi.Mod(Exponent).ModInverse(Exponent)).Multiply(phi).Add(Number.One).Divide(Exponent);
        return RSA.Create(new RSAParameters
        {
            Modulus = Octets(modulus, 2 * PrimeBits),
            Exponent = [1, 0, 1],
            D = Octets(d, 2 * PrimeBits),
            P = Octets(p, PrimeBits),
            Q = Octets(q, PrimeBits),
            DP = Octets(d.Mod(p1), PrimeBits),
            DQ = Octets(d.Mod(q1), PrimeBits),
            InverseQ = Octets(q.ModInverse(p), PrimeBits),
        });
    }

    private static byte[] Octets(Number number, int bits)
    {
        var octets = number.ToByteArrayUnsigned();
        return [.. new byte[(bits / 8) - octets.Length], .. octets];
    }
}
