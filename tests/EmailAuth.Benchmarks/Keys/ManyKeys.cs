using System.Globalization;
using System.Security.Cryptography;
using EmailAuth.Benchmarks.Scale;
using Number = Org.BouncyCastle.Math.BigInteger;

namespace EmailAuth.Benchmarks.Keys;

/// <summary>
/// Short messages of many domains, each signed with an RSA-2048 key of its own. The primes are shared, because making one takes longer than
/// all that is measured; no verifier can see that.
/// </summary>
internal sealed class ManyKeys
{
    private const int PrimeBits = 1024;

    private static readonly Number Exponent = Number.ValueOf(65537);

    public ManyKeys(int count)
    {
        var primes = Primes(count);
        var zone = new Zone();
        var bodyHash = Signer.BodyHash("Hello Bob.\r\nUntil tomorrow.\r\n"u8);
        Messages = new byte[count][];
        Records = new string[count];
        Rsa = Key(primes[1], primes[0]);
        var made = 0;
        for (var i = 1; made < count; i++)
        {
            for (var j = 0; j < i && made < count; j++)
            {
                using var key = Key(primes[i], primes[j]);
                var domain = string.Create(CultureInfo.InvariantCulture, $"company{made:00000}.example");
                Records[made] = "v=DKIM1; k=rsa; p=" + Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
                zone.Add("s._domainkey." + domain, ZoneEntryKind.Txt, Records[made]);
                (string Name, string Value)[] fields = [("From", "alice@" + domain), ("To", "bob@example.org"), ("Subject", "The minutes"), ("Message-ID", $"<1@{domain}>")];
                var signature = Signer.Sign(fields, "from:to:subject:message-id", bodyHash, domain, key: key);
                Messages[made++] = System.Text.Encoding.ASCII.GetBytes(signature + Signer.Text(fields) + "\r\nHello Bob.\r\nUntil tomorrow.\r\n");
            }
        }

        Resolver = new ZoneResolver(zone);
    }

    public ZoneResolver Resolver { get; }

    public byte[][] Messages { get; }

    /// <summary>The key records, in the order of the messages.</summary>
    public string[] Records { get; }

    /// <summary>The key of the first message.</summary>
    public RSA Rsa { get; }

    // Each pair of them makes a key. OpenSSL's primes are so large that two make a number of exactly 2,048 bits.
    private static Number[] Primes(int keys)
    {
        var primes = new List<Number>();
        while (primes.Count * (primes.Count - 1) / 2 < keys)
        {
            using var rsa = RSA.Create(2 * PrimeBits);
            var made = rsa.ExportParameters(includePrivateParameters: true);
            primes.AddRange([new Number(1, made.P), new Number(1, made.Q)]);
        }

        return [.. primes];
    }

    private static RSA Key(Number p, Number q)
    {
        var (p1, q1, n) = (p.Subtract(Number.One), q.Subtract(Number.One), p.Multiply(q));
        var d = Exponent.ModInverse(p1.Multiply(q1));
        return RSA.Create(new RSAParameters
        {
            Modulus = Octets(n, 2 * PrimeBits),
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
