using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace EmailAuth.Bimi;

/// <summary>Which keys and signatures a chain may have: strong enough to be secure, small enough to compute.</summary>
internal static class CertificateAlgorithms
{
    private const int MinRsaBits = 2048;
    private const int MaxRsaBits = 8192;
    private const int MinEllipticBits = 256;

    private const string EllipticKey = "1.2.840.10045.2.1";
    private const byte ObjectIdentifierTag = 6;

    // A modulus of 8192 bits, an exponent and their frame.
    private const int MaxEncodedKeyBytes = 1100;

    private static readonly string[] WeakSignatures =
    [
        "1.2.840.113549.1.1.2", // MD2 with RSA
        "1.2.840.113549.1.1.4", // MD5 with RSA
        "1.2.840.113549.1.1.5", // SHA-1 with RSA
        "1.2.840.10045.4.1", // SHA-1 with ECDSA
        "1.2.840.10040.4.3", // SHA-1 with DSA
    ];

    public static void Check(X509Certificate2 certificate, ImmutableArray<BimiProblem>.Builder problems)
    {
        var subject = Excerpt.Of(certificate.Subject);
        var isSelfIssued = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
        if (!isSelfIssued && WeakSignatures.Contains(certificate.SignatureAlgorithm.Value, StringComparer.Ordinal))
        {
            Note($"the signature of {subject} uses MD5 or SHA-1");
        }

        if (certificate.PublicKey.EncodedKeyValue.RawData.Length > MaxEncodedKeyBytes)
        {
            Note($"the key of {subject} is larger than RSA with {MaxRsaBits} bits");
            return;
        }

        // A curve given by its parameters instead of its name may be weak or slow.
        if (certificate.PublicKey.Oid.Value == EllipticKey && certificate.PublicKey.EncodedParameters?.RawData is not [ObjectIdentifierTag, ..])
        {
            Note($"the curve of the key of {subject} is not a named one");
            return;
        }

        using var rsa = certificate.GetRSAPublicKey();
        using var elliptic = rsa is null ? certificate.GetECDsaPublicKey() : null;
        if (rsa is null && elliptic is null)
        {
            Note($"the key of {subject} is neither RSA nor ECDSA");
        }
        else if (rsa?.KeySize is < MinRsaBits or > MaxRsaBits || elliptic?.KeySize is < MinEllipticBits)
        {
            Note($"the key of {subject} has {rsa?.KeySize ?? elliptic!.KeySize} bits");
        }

        void Note(string reason) => problems.Add(new BimiProblem(MarkCertificateProblemCode.Algorithm, reason));
    }
}
